import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the account was worth at a moment. */
@Entity({ name: 'equity_snapshots' })
export class EquitySnapshot {
  @PrimaryColumn({ name: 'market', type: 'text' }) readonly market!: string;
  @PrimaryColumn({ name: 'asset', type: 'text' }) readonly asset!: string;
  @PrimaryColumn({ name: 'created_at', type: 'timestamptz' }) readonly createdAt!: Date;
  @Column({ name: 'wallet', type: 'numeric' }) readonly wallet!: string;
  @Column({ name: 'unrealized_pnl', type: 'numeric' }) readonly unrealizedPnl!: string;
  @Column({ name: 'equity', type: 'numeric' }) readonly equity!: string;
  @Column({ name: 'positions', type: 'jsonb' }) readonly positions!: unknown[];
}
