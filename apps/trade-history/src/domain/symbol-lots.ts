/**
 * The lots of one symbol: what is open, what it cost, and what each fill that closes some of it brings. One set is the
 * account's; beside it every owner has his own. Fees are in none of them, but for the quantity that a fee in the base
 * asset takes away.
 *
 * A bot closes its own lots only. What no bot did (an order without one, a hand at the exchange, a liquidation) closes
 * its own lots first and then whatever else stands against it, the oldest first; the result is the closer's.
 */
import { Decimal, OrderSide, ZERO, minDecimal } from '@elvis/trading';
import { CostMethod, Lots, share } from './lots';

export type Origin = 'elvis' | 'external' | 'liquidation';

export interface PositionFill {
  /** The bot's id, or one of `NO_BOT`. */
  readonly owner: string;
  readonly side: OrderSide;
  /** What entered or left the position. */
  readonly quantity: Decimal;
  /** What it is worth in quote. */
  readonly amount: Decimal;
}

export interface Result {
  readonly realized: Decimal;
  /** Whether it closed anything: a close may bring zero. */
  readonly closes: boolean;
}

export interface Booked {
  readonly account: Result;
  readonly own: Result;
}

/** Signed quantity and what it cost, as text. */
type Held = readonly [quantity: string, cost: string];

export interface LotsState {
  readonly account: Held;
  /** The oldest first. */
  readonly own: readonly (readonly [owner: string, quantity: string, cost: string])[];
}

/** Owners that are no bots. */
const NO_BOT: ReadonlySet<string> = new Set(['none', 'external', 'liquidation']);

export const ownerOf = (botConfigId: string | null | undefined, origin: Origin): string =>
  botConfigId ?? (origin === 'elvis' ? 'none' : origin);

export class SymbolLots {
  private readonly account: Lots;
  private readonly own = new Map<string, Lots>();
  private fills = 0;

  constructor(
    private readonly method: CostMethod,
    state?: LotsState,
  ) {
    this.account = new Lots(method);
    if (!state) return;
    this.account.restore(...state.account, 0);
    for (const [owner, quantity, cost] of state.own)
      this.ownLots(owner).restore(quantity, cost, this.fills++);
  }

  apply(fill: PositionFill): Booked {
    this.fills += 1;
    const lots = this.ownLots(fill.owner);
    const account = this.settle(fill, this.account, []);
    const others = NO_BOT.has(fill.owner) ? [...this.own.values()].filter((other) => other !== lots) : [];
    const own = this.settle(fill, lots, others);
    for (const [owner, { direction }] of this.own) if (direction === 0) this.own.delete(owner);
    return { account, own };
  }

  /** What the account holds. */
  get held(): Lots {
    return this.account;
  }

  /** Who holds what, of those that are not flat. */
  get owners(): ReadonlyMap<string, Lots> {
    return this.own;
  }

  /** Only of lots by average cost: they are few enough numbers to store. */
  get state(): LotsState {
    const own = [...this.own].sort(([, one], [, other]) => one.since - other.since);
    return {
      account: heldOf(this.account),
      own: own.map(([owner, lots]) => [owner, ...heldOf(lots)]),
    };
  }

  private ownLots(owner: string): Lots {
    const known = this.own.get(owner);
    if (known) return known;
    const lots = new Lots(this.method);
    this.own.set(owner, lots);
    return lots;
  }

  private settle({ side, quantity, amount }: PositionFill, mine: Lots, others: readonly Lots[]): Result {
    const direction = side === 'BUY' ? 1 : -1;
    let [left, worth, realized] = [quantity, amount, ZERO];
    let from = against(direction, mine, others);
    const closes = from !== undefined && left.gt(0);
    while (from && left.gt(0)) {
      const closed = minDecimal(left, from.firstQuantity);
      const got = share(worth, closed, left);
      const cost = from.close(closed);
      realized = realized.plus(direction < 0 ? got.minus(cost) : cost.minus(got));
      left = left.minus(closed);
      worth = worth.minus(got);
      from = against(direction, mine, others);
    }
    if (left.gt(0)) mine.add(direction, left, worth, this.fills);
    return { realized, closes };
  }
}

function against(direction: 1 | -1, mine: Lots, others: readonly Lots[]): Lots | undefined {
  if (mine.direction === -direction) return mine;
  return others
    .filter((other) => other.direction === -direction)
    .reduce<Lots | undefined>(
      (oldest, lots) => (!oldest || lots.since < oldest.since ? lots : oldest),
      undefined,
    );
}

const heldOf = (lots: Lots): Held => [lots.quantity.toFixed(), lots.cost.toFixed()];
