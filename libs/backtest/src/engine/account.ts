/** How a run stands at a moment: its position, its day, its worth. */
import { Decimal, Instrument, floorToStep } from '@elvis/trading';
import { StepFacts } from '@elvis/strategy';
import { Costs } from './costs';
import { Day } from './day';
import { LastDecimal } from './last-decimal';
import { PendingOrders } from './pending-orders';
import { Position, Trade } from './position';

export interface AccountOptions {
  readonly instrument: Instrument;
  readonly capital: Decimal;
  readonly leverage: number;
  readonly costs: Costs;
}

export class Account {
  readonly position: Position;
  readonly day: Day;
  readonly orders = new PendingOrders();
  readonly trades: Trade[] = [];
  /** What was made of wishes that could not be sent as wished, by why. */
  readonly cuts: Record<string, number> = {};
  readonly counts = { orders: 0, fills: 0, ambiguous: 0, liquidations: 0 };
  /** The last price, and when it was. */
  price = 0;
  timeMs = 0;
  private peak: number;
  private readonly lastPrice = new LastDecimal();
  private readonly lastEquity = new LastDecimal();

  constructor(readonly options: AccountOptions) {
    const { capital } = options;
    this.position = new Position(capital);
    this.day = new Day(capital.toNumber());
    this.peak = capital.toNumber();
  }

  get equity(): number {
    return this.position.equityAt(this.price);
  }

  get priceDecimal(): Decimal {
    return this.lastPrice.of(this.price);
  }

  get equityDecimal(): Decimal {
    return this.lastEquity.of(this.equity);
  }

  /** What may be committed: what there was at first, with what has been lost of it. */
  get capital(): Decimal {
    const { capital } = this.options;
    return Decimal.max(0, Decimal.min(capital, this.equityDecimal));
  }

  get drawdown(): Decimal {
    return amount(this.peak - this.equity);
  }

  get lossToday(): Decimal {
    return amount(this.day.equityAtStart - this.equity);
  }

  close(price: number, timeMs: number): void {
    this.price = price;
    this.timeMs = timeMs;
    this.day.at(timeMs - 1, this.equity);
    this.peak = Math.max(this.peak, this.equity);
  }

  cut(why: string): void {
    this.cuts[why] = (this.cuts[why] ?? 0) + 1;
  }

  facts(): StepFacts {
    return new MomentFacts(this);
  }

  onStep(quantity: Decimal): Decimal {
    const { stepSize } = this.options.instrument;
    return floorToStep(quantity, stepSize);
  }
}

const NOTHING = new Decimal(0);
/** Most orders are judged where nothing is lost. */
const amount = (lost: number): Decimal => (lost > 0 ? new Decimal(lost) : NOTHING);

/** As a step is told them; what few strategies ask is worked out when they ask. */
class MomentFacts implements StepFacts {
  readonly timeMs: number;
  readonly instrument: Instrument;
  readonly position: StepFacts['position'];
  readonly orders: StepFacts['orders'];
  readonly today: Day;

  constructor(private readonly account: Account) {
    this.timeMs = account.timeMs;
    this.instrument = account.options.instrument;
    this.position = account.position.fact;
    this.orders = account.orders.facts;
    this.today = account.day;
  }

  get capital(): Decimal {
    return this.account.capital;
  }
}
