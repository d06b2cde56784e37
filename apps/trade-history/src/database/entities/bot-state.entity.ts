import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a bot last said of itself. */
@Entity({ name: 'bot_states' })
export class BotState {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  @Column({ name: 'bot_config_id', type: 'uuid' }) readonly botConfigId!: string;
  @Column({ name: 'status', type: 'text' }) readonly status!: string;
  @Column({ name: 'detail', type: 'jsonb', default: () => "'{}'" }) readonly detail!: Record<string, unknown>;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
}
