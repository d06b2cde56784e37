import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A fill. Split by month, so its time is part of its key; `id` is made of the exchange's own ids. */
@Entity({ name: 'trades' })
export class Trade {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' }) readonly id!: string;
  @PrimaryColumn({ name: 'created_at', type: 'timestamptz' }) readonly createdAt!: Date;
  @Column({ name: 'trade_id', type: 'text' }) readonly tradeId!: string;
  @Column({ name: 'market', type: 'text' }) readonly market!: string;
  @Column({ name: 'symbol', type: 'text' }) readonly symbol!: string;
  @Column({ name: 'client_order_id', type: 'text' }) readonly clientOrderId!: string;
  @Column({ name: 'exchange_order_id', type: 'text' }) readonly exchangeOrderId!: string;
  @Column({ name: 'side', type: 'text' }) readonly side!: string;
  @Column({ name: 'price', type: 'numeric' }) readonly price!: string;
  @Column({ name: 'quantity', type: 'numeric' }) readonly quantity!: string;
  @Column({ name: 'quote_quantity', type: 'numeric' }) readonly quoteQuantity!: string;
  @Column({ name: 'fee', type: 'numeric' }) readonly fee!: string;
  @Column({ name: 'fee_asset', type: 'text' }) readonly feeAsset!: string;
  @Column({ name: 'fee_quote', type: 'numeric', nullable: true }) readonly feeQuote!: string | null;
  @Column({ name: 'realized_pnl', type: 'numeric' }) readonly realizedPnl!: string;
  @Column({ name: 'is_maker', type: 'boolean' }) readonly isMaker!: boolean;
  @Column({ name: 'bot_config_id', type: 'uuid', nullable: true }) readonly botConfigId!: string | null;
  /** Who made it: `elvis`, `external` (a hand at the exchange) or `liquidation`. */
  @Column({ name: 'origin', type: 'text' }) readonly origin!: string;
  /** What it closed, by the account's average and by its owner's own lots; null until worked out. */
  @Column({ name: 'result', type: 'numeric', nullable: true }) readonly result!: string | null;
  @Column({ name: 'closes', type: 'boolean', nullable: true }) readonly closes!: boolean | null;
  @Column({ name: 'own_result', type: 'numeric', nullable: true }) readonly ownResult!: string | null;
  @Column({ name: 'own_closes', type: 'boolean', nullable: true }) readonly ownCloses!: boolean | null;
}
