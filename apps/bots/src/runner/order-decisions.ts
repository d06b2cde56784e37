/** Makes orders of a strategy's wishes as the backtest's order maker does. */
import { Sized, entryPrice, sized } from '@elvis/backtest';
import { BotProtectionTerms } from '@elvis/contracts';
import { EnterWish, ExitWish, PlaceWish, Protections, StepFacts, Wish } from '@elvis/strategy';
import { Decimal, Instrument, OrderSide, floorToStep } from '@elvis/trading';
import { Decided, Dropped, StepCall } from './step-call';

const PROTECTIONS: ReadonlySet<string> = new Set(['STOP', 'TARGET', 'TRAILING']);

type Terms = Record<string, string | boolean>;

/** A step's facts, with all of the instrument that an order needs. */
export interface OrderFacts extends StepFacts {
  readonly instrument: Instrument;
}

export class OrderDecisions {
  readonly decided: Decided[] = [];
  readonly dropped: Dropped[] = [];
  readonly notes: string[] = [];
  private readonly price: Decimal;

  constructor(
    private readonly call: StepCall,
    private readonly facts: OrderFacts,
    /** Of orders that name none of their own. */
    private readonly defaults: Protections,
  ) {
    this.price = new Decimal(call.facts.price);
  }

  grant(wish: Wish): void {
    switch (wish.type) {
      case 'ENTER':
        return this.enter(wish);
      case 'EXIT':
        return this.exit(wish);
      case 'PLACE':
        return this.place(wish);
      case 'AMEND':
        return this.change(wish, 'AMEND', { price: wish.price.toFixed() });
      case 'CANCEL':
        return this.change(wish, 'CANCEL', {});
      case 'REST':
        this.notes.push(`rests for ${wish.forMs} ms: ${wish.because}`);
        return;
      case 'NOTE':
        this.notes.push(
          Object.keys(wish.figures).length > 0 ? `${wish.text} ${JSON.stringify(wish.figures)}` : wish.text,
        );
    }
  }

  drop(wish: Wish, code: string): void {
    const because = 'because' in wish ? wish.because : '';
    this.dropped.push({ wish: wish.type, code, because });
  }

  private enter(wish: EnterWish): void {
    const { heldBack } = this.call;
    if (heldBack) return this.drop(wish, heldBack.code);
    const side = wish.direction === 'LONG' ? 'BUY' : 'SELL';
    const { instrument, position } = this.facts;
    if (side === 'SELL' && instrument.market === 'spot') return this.drop(wish, 'SHORT_ON_SPOT');
    const isOpposite = !position.isFlat && position.isLong !== (side === 'BUY');
    if (isOpposite && !this.isLeaving) return this.drop(wish, 'OPPOSITE_POSITION');
    const isMarket = wish.at.type === 'market';
    const price = entryPrice(wish, side, this.price, instrument);
    const stop = wish.protections.stop ?? wish.protections.trailing;
    const { quantity, cut } = this.sizeOf(wish.size, price, stop?.value ?? null, isMarket);
    if (quantity.isZero()) return this.drop(wish, cut ?? 'MINIMUM');
    if (cut) this.notes.push(`the size was cut to ${quantity.toFixed()}: ${cut}`);
    const terms: Terms = this.terms(side, quantity, isMarket ? null : price);
    if (wish.at.type === 'maker') terms.timeInForce = 'GTX';
    this.decided.push({
      action: 'SUBMIT',
      role: 'ENTRY',
      name: 'entry',
      terms,
      opens: true,
      goodForMs: wish.goodForMs,
      protections: keptTerms(wish.protections),
      because: wish.because,
    });
  }

  private exit(wish: ExitWish): void {
    const { position, instrument } = this.facts;
    if (position.isFlat) return this.drop(wish, 'NO_POSITION');
    if (this.isLeaving) return this.drop(wish, 'ALREADY_LEAVING');
    const { value } = wish.share;
    const quantity = floorToStep(position.quantity.times(Decimal.min(value, 1)), instrument.stepSize);
    if (quantity.lte(0)) return this.drop(wish, 'MINIMUM');
    if (instrument.market === 'spot') this.freeCoin(wish.because);
    const terms = this.terms(position.isLong ? 'SELL' : 'BUY', quantity, null);
    if (instrument.market === 'futures') terms.reduceOnly = true;
    this.decided.push({
      action: 'SUBMIT',
      role: 'EXIT',
      name: 'exit',
      terms,
      opens: false,
      goodForMs: null,
      because: wish.because,
    });
  }

  /** What protects a spot holding locks its coin; what is left of the holding is protected anew after the exit. */
  private freeCoin(because: string): void {
    const protections = this.call.facts.orders.filter(({ role }) => PROTECTIONS.has(role));
    for (const { clientOrderId, name, role } of protections)
      this.decided.push({
        action: 'CANCEL',
        role,
        name,
        clientOrderId,
        terms: {},
        opens: false,
        goodForMs: null,
        because: `frees the coin: ${because}`,
      });
  }

  private place(wish: PlaceWish): void {
    const { heldBack, facts } = this.call;
    const { name, side, price, size, isReduceOnly, because } = wish;
    if (heldBack && !isReduceOnly) return this.drop(wish, heldBack.code);
    if (facts.orders.some((order) => order.name === name)) return this.drop(wish, 'NAME_TAKEN');
    const { instrument, position } = this.facts;
    const held = size.of === 'quantity' ? size.amount : position.quantity;
    const quantity = isReduceOnly
      ? floorToStep(held, instrument.stepSize)
      : this.sizeOf(size, price, null, false).quantity;
    if (quantity.lte(0)) return this.drop(wish, 'MINIMUM');
    const terms = this.terms(side, quantity, price);
    if (isReduceOnly && instrument.market === 'futures') terms.reduceOnly = true;
    this.decided.push({
      action: 'SUBMIT',
      role: 'GRID',
      name,
      terms,
      opens: !isReduceOnly,
      goodForMs: null,
      ...(!isReduceOnly && { protections: keptTerms(this.defaults) }),
      because,
    });
  }

  private change(
    wish: Extract<Wish, { type: 'AMEND' | 'CANCEL' }>,
    action: 'AMEND' | 'CANCEL',
    terms: Terms,
  ): void {
    const order = this.call.facts.orders.find(({ name }) => name === wish.name);
    if (!order) return this.drop(wish, 'ORDER_UNKNOWN');
    const { clientOrderId, name, opens } = order;
    const { because } = wish;
    this.decided.push({
      action,
      role: 'GRID',
      name,
      clientOrderId,
      terms,
      opens: action === 'AMEND' && opens,
      goodForMs: null,
      because,
    });
  }

  private get isLeaving(): boolean {
    return this.decided.some(({ role }) => role === 'EXIT');
  }

  private sizeOf(size: EnterWish['size'], price: Decimal, stop: Decimal | null, isMarket: boolean): Sized {
    const { capital, position, instrument } = this.facts;
    const opening = this.call.facts.orders
      .filter(({ opens }) => opens)
      .reduce(
        (sum, order) => sum.plus(new Decimal(order.quantity).minus(order.filled).times(order.price ?? price)),
        new Decimal(0),
      );
    const used = this.isLeaving ? opening : position.quantity.times(price).plus(opening);
    const room = capital.times(this.call.facts.leverage).minus(used);
    return sized(size, { capital, price, stop, room }, instrument, isMarket);
  }

  private terms(side: OrderSide, quantity: Decimal, price: Decimal | null): Terms {
    const { market, symbol } = this.facts.instrument;
    return {
      market,
      symbol,
      side,
      type: price === null ? 'MARKET' : 'LIMIT',
      quantity: quantity.toFixed(),
      ...(price !== null && { price: price.toFixed(), timeInForce: 'GTC' }),
    };
  }
}

/** As they are kept with the order. */
const keptTerms = ({ stop, target, trailing, timeMs }: Protections): BotProtectionTerms => ({
  stop: stop?.value.toFixed() ?? null,
  target:
    target === null
      ? null
      : 'value' in target
        ? target.value.toFixed()
        : target.map(({ at, share }) => ({ at: at.value.toFixed(), share: share.value.toFixed() })),
  trailing: trailing?.value.toFixed() ?? null,
  timeMs,
});
