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
  @Column({ name: 'owner', type: 'text', default: 'key:unknown' }) readonly owner!: string;
  @Column({ name: 'short_code', type: 'text' }) readonly shortCode!: string;
  @Column({ name: 'interval', type: 'text', default: '1m' }) readonly interval!: string;
  @Column({ name: 'capital', type: 'numeric', default: 0 }) readonly capital!: string;
  @Column({ name: 'protections', type: 'jsonb', default: () => "'{}'" }) readonly protections!: object;
  @Column({ name: 'limits', type: 'jsonb', default: () => "'{}'" }) readonly limits!: object;
  @Column({ name: 'leverage', type: 'int4', default: 1 }) readonly leverage!: number;
  @Column({ name: 'mode', type: 'text', default: 'paper' }) readonly mode!: string;
  /** One account for now: always empty. */
  @Column({ name: 'api_key_id', type: 'uuid', nullable: true }) readonly apiKeyId!: string | null;
  @Column({ name: 'code_hash', type: 'text', default: '' }) readonly codeHash!: string;
  @Column({ name: 'revision', type: 'int4', default: 1 }) readonly revision!: number;
  @Column({ name: 'signal_secret_hash', type: 'text', nullable: true }) readonly signalSecretHash!:
    string | null;
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true }) readonly deletedAt!: Date | null;
  @Column({ name: 'is_enabled', type: 'boolean', default: false }) readonly isEnabled!: boolean;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' }) readonly updatedAt!: Date;
}
