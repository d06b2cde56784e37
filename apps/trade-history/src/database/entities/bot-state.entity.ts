import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a bot last said of itself. */
@Entity({ name: 'bot_states' })
export class BotState {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  @Column({ name: 'bot_config_id', type: 'uuid' }) readonly botConfigId!: string;
  @Column({ name: 'status', type: 'text' }) readonly status!: string;
  @Column({ name: 'detail', type: 'jsonb', default: () => "'{}'" }) readonly detail!: Record<string, unknown>;
  @Column({ name: 'run', type: 'int4', default: 0 }) readonly run!: number;
  @Column({ name: 'causes', type: 'text', array: true, default: () => "'{}'" }) readonly causes!: string[];
  @Column({ name: 'reason', type: 'text', default: '' }) readonly reason!: string;
  @Column({ name: 'actor', type: 'text', default: '' }) readonly actor!: string;
  /** Of its record in the journal. */
  @Column({ name: 'sequence', type: 'bigint', nullable: true }) readonly sequence!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
}
