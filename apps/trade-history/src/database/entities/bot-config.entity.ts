import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a bot is to do. */
@Entity({ name: 'bot_configs' })
export class BotConfig {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  @Column({ name: 'user_id', type: 'uuid', nullable: true }) readonly userId!: string | null;
  @Column({ name: 'name', type: 'text' }) readonly name!: string;
  @Column({ name: 'strategy', type: 'text' }) readonly strategy!: string;
  @Column({ name: 'market', type: 'text' }) readonly market!: string;
  @Column({ name: 'symbol', type: 'text' }) readonly symbol!: string;
  @Column({ name: 'parameters', type: 'jsonb', default: () => "'{}'" }) readonly parameters!: Record<
    string,
    unknown
  >;
  @Column({ name: 'is_enabled', type: 'boolean', default: false }) readonly isEnabled!: boolean;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' }) readonly updatedAt!: Date;
}
