import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One link of the audit chain: an event word for word, and the hash that ties it to the one before. */
@Entity({ name: 'audit_log' })
export class AuditEntry {
  @PrimaryColumn({ name: 'recorded_at', type: 'timestamptz' }) readonly recordedAt!: Date;
  @PrimaryColumn({ name: 'seq', type: 'bigint' }) readonly seq!: string;
  @Column({ name: 'stream_sequence', type: 'bigint' }) readonly streamSequence!: string;
  @Column({ name: 'event_id', type: 'text' }) readonly eventId!: string;
  @Column({ name: 'type', type: 'text' }) readonly type!: string;
  @Column({ name: 'event_time', type: 'timestamptz' }) readonly eventTime!: Date;
  @Column({ name: 'actor', type: 'text' }) readonly actor!: string;
  @Column({ name: 'body', type: 'text' }) readonly body!: string;
  @Column({ name: 'hash', type: 'bytea' }) readonly hash!: Buffer;
}
