/**
 * The same rules that risk judges by, and the twin of its reservations, on the facts of a simulated moment. What a candle
 * does not tell is taken as good: marks and books are fresh, and the book is deep at the price that the costs assume.
 */
import { bracketsOf } from '@elvis/simulation';
import { Decimal, DenialCode, Instrument, OrderContent, Refusal, ZERO } from '@elvis/trading';
import {
  CheckedOrder,
  Facts,
  Reservations,
  RiskLimits,
  Wanted,
  checkExposure,
  checkedOrder,
  exposureLimits,
  figuresOfReply,
  likenessOf,
  reserveRequest,
  runChecks,
  worstNotional,
  worstPrice,
} from '@elvis/rules';

export interface GateOptions {
  readonly instrument: Instrument;
  readonly limits: RiskLimits;
  readonly leverage: number;
  /** A person has lifted the refusal of high leverage. */
  readonly isLeverageOverridden?: boolean;
}

/** How the account stands at the moment of an order. */
export interface Moment {
  readonly timeMs: number;
  readonly price: Decimal;
  readonly equity: Decimal;
  /** What is held: of the base asset, and of the quote asset without what the base has cost. */
  readonly held: { readonly base: Decimal; readonly quote: Decimal };
  readonly lossToday: Decimal;
  readonly drawdown: Decimal;
}

const FRESH_MS = 0;
const DEEP = new Decimal('1e15');
const ACTOR = 'backtest';

export class Gate {
  /** How often each code denied. */
  readonly denials: Record<string, number> = {};

  private readonly reservations = new Reservations();
  private readonly brackets: Facts['brackets'];
  /** As reservations name the instrument. */
  private readonly key: string;

  constructor(private readonly options: GateOptions) {
    const { market, symbol } = options.instrument;
    this.key = `${market}:${symbol}`;
    this.brackets = bracketsOf(symbol).map(({ notionalCap, initialLeverage }) => ({
      notionalCap: new Decimal(notionalCap),
      maximum: initialLeverage,
    }));
  }

  /** Undefined where the order may go: then it is reserved until it has filled or ended. */
  check(content: OrderContent, moment: Moment): Refusal | undefined {
    return this.examine(content, moment, false);
  }

  /** The same for new terms of an order that rests; denied, it stands as it was. */
  checkChange(content: OrderContent, moment: Moment): Refusal | undefined {
    const refusal = this.examine(content, moment, true);
    if (refusal) return refusal;
    const { clientOrderId: id, quantity, price = '0' } = content;
    const notional = new Decimal(quantity).times(price).toFixed();
    this.reservations.follow({ id, filled: '0', isOver: false, terms: { quantity, notional } });
    return undefined;
  }

  /** So much of an order has filled in all; nothing more comes of it where it is over. */
  filled(id: string, quantity: Decimal, isOver = true): void {
    this.reservations.follow({ id, filled: quantity.toFixed(), isOver });
  }

  /** An order has ended without a fill. */
  ended(id: string): void {
    this.reservations.follow({ id, filled: '0', isOver: true });
  }

  /** The position has changed by what protects it, which is no order of the strategy. */
  moved(delta: Decimal): void {
    this.reservations.move(this.key, delta);
  }

  private examine(content: OrderContent, moment: Moment, isChange: boolean): Refusal | undefined {
    const { limits } = this.options;
    const order = checkedOrder(content);
    const facts = this.factsOf(order, moment);
    const verdict = runChecks(order, facts, limits);
    if (!verdict.approved) return this.refuse(verdict.denial);
    const stake = exposureLimits(limits, facts);
    const { clientOrderId } = content;
    const amending = isChange ? this.reservations.find(clientOrderId) : undefined;
    const reply = this.reservations.reserve(
      reserveRequest({
        content,
        actor: ACTOR,
        approvalId: clientOrderId,
        notional: worstNotional(order, facts) ?? ZERO,
        isReduceOnly: order.isReduceOnly,
        state: facts.state.state,
        limits: stake,
        marks: { [this.key]: [moment.price.toNumber(), facts.leverage] },
        funds: this.fundsOf(order, facts, moment),
        amending,
      }),
      moment.timeMs,
    );
    if (reply[0] === 'RESERVED') return undefined;
    const figures = figuresOfReply(reply);
    if (figures.repeatOf !== undefined)
      this.reservations.countRepeat(likenessOf(ACTOR, content), figures.repeatOf);
    const exposure = checkExposure(order, facts.state.state, figures, stake);
    // The reservations have refused it: should the numbers ever say otherwise, their word stands.
    return this.refuse(exposure.approved ? { code: reply[0] as DenialCode, context: {} } : exposure.denial);
  }

  private factsOf({ content }: CheckedOrder, moment: Moment): Facts {
    const { instrument, leverage, isLeverageOverridden = false } = this.options;
    const { price, equity } = moment;
    const spends = content.side === 'BUY' ? instrument.quoteAsset : instrument.baseAsset;
    return {
      nowMs: moment.timeMs,
      state: { state: 'ACTIVE' },
      isSymbolTraded: true,
      isMarketTraded: true,
      instrument,
      mark: { price, ageMs: FRESH_MS },
      book: { levels: [{ price, quantity: DEEP }], ageMs: FRESH_MS },
      leverage,
      isLeverageOverridden,
      loss: { today: moment.lossToday, drawdown: moment.drawdown },
      ...(instrument.market === 'spot'
        ? { funds: { asset: spends, ageMs: FRESH_MS, locked: ZERO } }
        : { brackets: this.brackets, account: { ageMs: FRESH_MS, equity, free: equity } }),
    };
  }

  /** What a spot order spends of what is held. */
  private fundsOf(order: CheckedOrder, facts: Facts, { held }: Moment): Wanted['funds'] {
    const { funds } = facts;
    if (!funds) return undefined;
    const { baseAsset, quoteAsset } = this.options.instrument;
    this.reservations.hold(baseAsset, held.base);
    this.reservations.hold(quoteAsset, held.quote);
    const price = order.content.side === 'BUY' ? worstPrice(order, facts) : 1;
    const needed = order.quantity.times(price ?? 0);
    return { ...funds, needed, pairs: { [this.key]: [baseAsset, quoteAsset] } };
  }

  private refuse(refusal: Refusal): Refusal {
    this.denials[refusal.code] = (this.denials[refusal.code] ?? 0) + 1;
    return refusal;
  }
}
