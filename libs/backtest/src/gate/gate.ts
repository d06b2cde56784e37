/**
 * The same rules that risk judges by, on the facts of a simulated moment. What a candle does not tell is taken as good:
 * marks and books are fresh, and the book is deep at the price that the costs assume.
 */
import { bracketsOf } from '@elvis/simulation';
import { Decimal, Instrument, OrderContent, Refusal } from '@elvis/trading';
import {
  ExposureFigures,
  Facts,
  RiskLimits,
  checkExposure,
  checkedOrder,
  exposureLimits,
  runChecks,
} from '@elvis/rules';

export interface GateOptions {
  readonly instrument: Instrument;
  readonly limits: RiskLimits;
  readonly leverage: number;
}

/** What is at stake at the moment of an order. */
export interface Moment {
  readonly timeMs: number;
  readonly price: Decimal;
  readonly equity: Decimal;
  /** Signed. */
  readonly position: Decimal;
  /** Of all that rests and opens, by side. */
  readonly resting: { readonly BUY: Decimal; readonly SELL: Decimal };
  readonly openOrders: number;
  readonly lossToday: Decimal;
  readonly drawdown: Decimal;
}

const FRESH_MS = 0;
const DEEP = new Decimal('1e15');
const ZERO = new Decimal(0);

export class Gate {
  /** How often each code denied. */
  readonly denials: Record<string, number> = {};

  private readonly brackets: Facts['brackets'];

  constructor(private readonly options: GateOptions) {
    this.brackets = bracketsOf(options.instrument.symbol).map(({ notionalCap, initialLeverage }) => ({
      notionalCap: new Decimal(notionalCap),
      maximum: initialLeverage,
    }));
  }

  /** Undefined where the order may go. */
  check(content: OrderContent, moment: Moment): Refusal | undefined {
    const { brackets } = this;
    const { instrument, limits, leverage } = this.options;
    const order = checkedOrder(content);
    const facts: Facts = {
      nowMs: moment.timeMs,
      state: { state: 'ACTIVE' },
      isSymbolTraded: true,
      isMarketTraded: true,
      instrument,
      mark: { price: moment.price, ageMs: FRESH_MS },
      book: { levels: [{ price: moment.price, quantity: DEEP }], ageMs: FRESH_MS },
      leverage,
      isLeverageOverridden: false,
      brackets,
      account: { ageMs: FRESH_MS, equity: moment.equity, free: moment.equity },
      funds: { asset: instrument.quoteAsset, ageMs: FRESH_MS, locked: ZERO },
      loss: { today: moment.lossToday, drawdown: moment.drawdown },
    };
    const verdict = runChecks(order, facts, limits);
    if (!verdict.approved) return this.refuse(verdict.denial);
    const figures = figuresOf(content, moment, leverage);
    const exposure = checkExposure(order, 'ACTIVE', figures, exposureLimits(limits, facts));
    return exposure.approved ? undefined : this.refuse(exposure.denial);
  }

  private refuse(refusal: Refusal): Refusal {
    this.denials[refusal.code] = (this.denials[refusal.code] ?? 0) + 1;
    return refusal;
  }
}

/** The worst case of the only symbol there is: the position with all that rests on one side, or on the other. */
function figuresOf(content: OrderContent, moment: Moment, leverage: number): ExposureFigures {
  const { position, resting, price } = moment;
  const opens = content.reduceOnly ? ZERO : new Decimal(content.quantity);
  const worst = (buys: Decimal, sells: Decimal): Decimal =>
    Decimal.max(position.plus(buys).abs(), position.minus(sells).abs()).times(price);
  const before = worst(resting.BUY, resting.SELL);
  const after =
    content.side === 'BUY'
      ? worst(resting.BUY.plus(opens), resting.SELL)
      : worst(resting.BUY, resting.SELL.plus(opens));
  return {
    position: position.toFixed(),
    restingOnSide: resting[content.side].toFixed(),
    worstBefore: before.toFixed(),
    worstAfter: after.toFixed(),
    worstOfOthers: '0',
    margin: after.div(leverage).toFixed(),
    openOrders: moment.openOrders,
    lastSecond: 0,
  };
}
