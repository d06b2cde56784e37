import { AccessKeyKind, FrontTerms, Scope } from '@elvis/contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A key of ours that stands for a user or a program; only its hash is kept. */
@Entity({ name: 'access_keys' })
export class AccessKey {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  /** Null where it stands for a program. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true }) readonly userId!: string | null;
  /** The one bot whose orders it may send; any bot's where null. */
  @Column({ name: 'bot_config_id', type: 'uuid', nullable: true }) readonly botConfigId!: string | null;
  @Column({ name: 'kind', type: 'text', default: () => "'elvis'" }) readonly kind!: AccessKeyKind;
  /** Of a key of the Binance front; one of the two. */
  @Column({ name: 'secret_sealed', type: 'text', nullable: true }) readonly secretSealed!: string | null;
  @Column({ name: 'public_key', type: 'text', nullable: true }) readonly publicKey!: string | null;
  @Column({ name: 'terms', type: 'jsonb', default: {} }) readonly terms!: FrontTerms;
  @Column({ name: 'name', type: 'text' }) readonly name!: string;
  @Column({ name: 'key_hash', type: 'text' }) readonly keyHash!: string;
  @Column({ name: 'scopes', type: 'text', array: true, default: () => "'{}'" })
  readonly scopes!: readonly Scope[];
  @Column({ name: 'made_by', type: 'text', nullable: true }) readonly madeBy!: string | null;
  @Column({ name: 'persons', type: 'text', array: true, default: () => "'{key:unknown}'" })
  readonly persons!: readonly string[];
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true }) readonly expiresAt!: Date | null;
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true }) readonly lastUsedAt!: Date | null;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) readonly revokedAt!: Date | null;
}
