import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order as the newest event tells it. `revision` is the journal sequence of that event. */
@Entity({ name: 'orders' })
export class Order {
  @PrimaryColumn({ name: 'client_order_id', type: 'text', collation: 'C' }) readonly clientOrderId!: string;
  @Column({ name: 'market', type: 'text' }) readonly market!: string;
  @Column({ name: 'symbol', type: 'text' }) readonly symbol!: string;
  @Column({ name: 'side', type: 'text' }) readonly side!: string;
  @Column({ name: 'type', type: 'text' }) readonly type!: string;
  @Column({ name: 'time_in_force', type: 'text', nullable: true }) readonly timeInForce!: string | null;
  @Column({ name: 'quantity', type: 'numeric' }) readonly quantity!: string;
  @Column({ name: 'price', type: 'numeric', nullable: true }) readonly price!: string | null;
  @Column({ name: 'stop_price', type: 'numeric', nullable: true }) readonly stopPrice!: string | null;
  @Column({ name: 'callback_rate', type: 'numeric', nullable: true }) readonly callbackRate!: string | null;
  @Column({ name: 'working_type', type: 'text', nullable: true }) readonly workingType!: string | null;
  @Column({ name: 'reduce_only', type: 'boolean', nullable: true }) readonly reduceOnly!: boolean | null;
  @Column({ name: 'close_position', type: 'boolean', nullable: true }) readonly closePosition!:
    boolean | null;
  @Column({ name: 'bot_config_id', type: 'uuid', nullable: true }) readonly botConfigId!: string | null;
  @Column({ name: 'filled_quantity', type: 'numeric' }) readonly filledQuantity!: string;
  @Column({ name: 'average_price', type: 'numeric', nullable: true }) readonly averagePrice!: string | null;
  @Column({ name: 'status', type: 'text' }) readonly status!: string;
  @Column({ name: 'code', type: 'text', nullable: true }) readonly code!: string | null;
  @Column({ name: 'reason', type: 'text', nullable: true }) readonly reason!: string | null;
  @Column({ name: 'decision_id', type: 'text' }) readonly decisionId!: string;
  @Column({ name: 'actor', type: 'text' }) readonly actor!: string;
  @Column({ name: 'exchange_order_id', type: 'text', nullable: true }) readonly exchangeOrderId!:
    string | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) readonly createdAt!: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' }) readonly updatedAt!: Date;
  @Column({ name: 'revision', type: 'bigint' }) readonly revision!: string;
  @Column({ name: 'is_released', type: 'boolean' }) readonly isReleased!: boolean;
}
