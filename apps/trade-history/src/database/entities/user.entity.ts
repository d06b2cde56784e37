import { Scope } from '@elvis/contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Somebody who may sign in. */
@Entity({ name: 'users' })
export class User {
  @PrimaryGeneratedColumn('uuid') readonly id!: string;
  @Column({ name: 'email', type: 'text' }) readonly email!: string;
  @Column({ name: 'password_hash', type: 'text' }) readonly passwordHash!: string;
  @Column({ name: 'scopes', type: 'text', array: true, default: () => "'{}'" })
  readonly scopes!: readonly Scope[];
  @Column({ name: 'locale', type: 'text', nullable: true }) readonly locale!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) readonly createdAt!: Date;
  /** Raised whenever what was given out before has to be void. */
  @Column({ name: 'credential_version', type: 'int4', default: 0 }) readonly credentialVersion!: number;
  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true }) readonly disabledAt!: Date | null;
}
