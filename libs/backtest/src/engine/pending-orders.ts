/** What is under way: market orders for the next open, and those that rest. */
import { Decimal } from '@elvis/trading';
import { OrderFact, Protections } from '@elvis/strategy';
import { Side } from './fill-rules';
import { Trade } from './position';

export interface MarketIntent {
  /** As it was judged; absent for what no strategy wished: an end by time, or by the end of the data. */
  readonly id?: string;
  readonly kind: 'entry' | 'exit';
  readonly side: Side;
  readonly quantity: Decimal;
  readonly protections: Protections | null;
  readonly because: string;
  readonly reason: Trade['reason'];
}

export interface Resting {
  /** As it was judged. */
  readonly id: string;
  readonly name: string;
  readonly side: Side;
  price: Decimal;
  level: number;
  readonly quantity: Decimal;
  /** Of an order that fills in parts. */
  filled?: Decimal;
  readonly isReduceOnly: boolean;
  readonly expiresAtMs: number;
  readonly protections: Protections;
  readonly because: string;
}

const ZERO = new Decimal(0);
const NOTHING: readonly OrderFact[] = [];

export class PendingOrders {
  private intents: MarketIntent[] = [];
  resting: readonly Resting[] = [];

  get isEmpty(): boolean {
    return this.intents.length === 0 && this.resting.length === 0;
  }

  get isLeaving(): boolean {
    return this.intents.some(({ kind }) => kind === 'exit');
  }

  send(intent: MarketIntent): void {
    this.intents.push(intent);
  }

  rest(order: Omit<Resting, 'level'>): void {
    this.resting = [...this.resting, { ...order, level: order.price.toNumber() }];
  }

  find(name: string): Resting | undefined {
    return this.resting.find((each) => each.name === name);
  }

  remove(order: Resting): void {
    this.resting = this.resting.filter((each) => each !== order);
  }

  /** Market orders that are due at this open. */
  takeIntents(): readonly MarketIntent[] {
    const { intents } = this;
    if (intents.length > 0) this.intents = [];
    return intents;
  }

  clear(): void {
    this.intents = [];
    this.resting = [];
  }

  /** What all that rests and opens is worth at its prices. */
  get openingNotional(): Decimal {
    return this.resting
      .filter(({ isReduceOnly }) => !isReduceOnly)
      .reduce(
        (sum, { quantity, filled = ZERO, price }) => sum.plus(quantity.minus(filled).times(price)),
        ZERO,
      );
  }

  get facts(): readonly OrderFact[] {
    if (this.resting.length === 0) return NOTHING;
    return this.resting.map(({ name, side, price, quantity, filled = ZERO }) => ({
      name,
      side,
      price,
      quantity,
      filled,
    }));
  }
}
