import { Market } from '@elvis/trading';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A user's key at the exchange, sealed; it is never shown again. */
@Entity({ name: 'api_keys' })
export class ApiKey {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  @Column({ name: 'user_id', type: 'uuid' }) readonly userId!: string;
  @Column({ name: 'label', type: 'text' }) readonly label!: string;
  @Column({ name: 'market', type: 'text' }) readonly market!: Market;
  @Column({ name: 'key_hint', type: 'text' }) readonly keyHint!: string;
  @Column({ name: 'key_sealed', type: 'bytea' }) readonly keySealed!: Buffer;
  @Column({ name: 'secret_sealed', type: 'bytea' }) readonly secretSealed!: Buffer;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) readonly revokedAt!: Date | null;
}
