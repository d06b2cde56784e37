import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What risk decided, and on which facts. */
@Entity({ name: 'decisions' })
export class Decision {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) readonly id!: string;
  @Column({ name: 'client_order_id', type: 'text' }) readonly clientOrderId!: string;
  @Column({ name: 'actor', type: 'text' }) readonly actor!: string;
  @Column({ name: 'market', type: 'text' }) readonly market!: string;
  @Column({ name: 'symbol', type: 'text' }) readonly symbol!: string;
  @Column({ name: 'bot_config_id', type: 'uuid', nullable: true }) readonly botConfigId!: string | null;
  @Column({ name: 'verdict', type: 'text' }) readonly verdict!: string;
  @Column({ name: 'denial_code', type: 'text', nullable: true }) readonly denialCode!: string | null;
  @Column({ name: 'denial', type: 'jsonb', nullable: true }) readonly denial!: Record<string, unknown> | null;
  @Column({ name: 'requested', type: 'jsonb' }) readonly requested!: Record<string, unknown>;
  @Column({ name: 'inputs', type: 'jsonb' }) readonly inputs!: Record<string, string>;
  @Column({ name: 'denied_order', type: 'jsonb', nullable: true }) readonly deniedOrder!: Record<
    string,
    unknown
  > | null;
  @Column({ name: 'revision', type: 'bigint', nullable: true }) readonly revision!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) readonly createdAt!: Date;
}
