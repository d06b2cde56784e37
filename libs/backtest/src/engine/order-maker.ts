/** Makes orders of a strategy's wishes: sized, judged by the rules of risk, and then under way. */
import { Decimal, OrderContent, Refusal } from '@elvis/trading';
import {
  AmendWish,
  ClosedOrderFact,
  EnterWish,
  ExitWish,
  PlaceWish,
  StepResult,
  Wish,
} from '@elvis/strategy';
import { Gate, Moment } from '../gate/gate';
import { Account } from './account';
import { Side } from './fill-rules';
import { Resting } from './pending-orders';
import { Trade } from './position';
import { Running, WishedOrder } from './running';
import { entryPrice, sized } from './sizing';

interface Proposal {
  readonly name: string;
  readonly side: Side;
  readonly quantity: Decimal;
  /** Null for one at the market. */
  readonly price: Decimal | null;
  readonly isReduceOnly: boolean;
  readonly because: string;
}

export class OrderMaker {
  private ordinal = 0;

  constructor(
    private readonly running: Running,
    private readonly gate: Gate,
    private readonly account: Account,
  ) {}

  tell({ wishes }: StepResult): void {
    if (wishes.length > 0) this.running.observe?.(this.running.place, wishes);
    for (const wish of wishes) this.grant(wish);
  }

  /** Closes so much at the next open; an exit that the strategy wished is judged like any order. */
  exit(quantity: Decimal, because: string, reason: Trade['reason']): void {
    const { orders, position } = this.account;
    const side = position.signed > 0 ? 'SELL' : 'BUY';
    if (quantity.lte(0) || orders.isLeaving) return;
    const order = { name: 'exit', side, quantity, price: null, isReduceOnly: true, because } as const;
    const id = reason === 'exit' ? this.judged(order, 'EXIT') : undefined;
    if (reason === 'exit' && id === undefined) return;
    orders.send({ id, kind: 'exit', side, quantity, protections: null, because, reason });
  }

  /** An order that rested rests no more. */
  close(order: Resting, status: 'CANCELED' | 'EXPIRED'): void {
    this.account.orders.remove(order);
    this.gate.ended(order.id);
    this.tellClosed({ name: order.name, status });
  }

  /** The exchange did not take it, or what was left of it at the market found nobody. */
  ended(order: { readonly id?: string; readonly name: string }, closed: Omit<ClosedOrderFact, 'name'>): void {
    if (order.id !== undefined) this.gate.ended(order.id);
    this.tellClosed({ name: order.name, ...closed });
  }

  private grant(wish: Wish): void {
    switch (wish.type) {
      case 'ENTER':
        return this.enter(wish);
      case 'EXIT':
        return this.grantExit(wish);
      case 'PLACE':
        return this.place(wish);
      case 'AMEND':
        return this.amend(wish);
      case 'CANCEL': {
        const { name, because } = wish;
        const order = this.account.orders.find(name);
        if (order === undefined) return this.account.cut('ORDER_UNKNOWN');
        this.running.onOrder?.({ action: 'CANCEL', role: 'GRID', because });
        return this.close(order, 'CANCELED');
      }
      case 'REST':
      case 'NOTE':
        return;
    }
  }

  private enter(wish: EnterWish): void {
    const { because, protections, goodForMs, at } = wish;
    const { account } = this;
    const side = wish.direction === 'LONG' ? 'BUY' : 'SELL';
    if (side === 'SELL' && account.options.instrument.market === 'spot') return account.cut('SHORT_ON_SPOT');
    const { signed } = account.position;
    const isOpposite = signed !== 0 && signed > 0 !== (side === 'BUY');
    if (isOpposite && !account.orders.isLeaving) return account.cut('OPPOSITE_POSITION');
    const isMarket = at.type === 'market';
    const price = entryPrice(wish, side, account.priceDecimal, account.options.instrument);
    const stop = protections.stop ?? protections.trailing;
    const quantity = this.size(wish.size, price, stop?.value ?? null, isMarket);
    if (quantity.isZero()) return;
    const order = { name: 'entry', side, quantity, isReduceOnly: false, because } as const;
    const id = this.judged({ ...order, price: isMarket ? null : price }, 'ENTRY');
    if (id === undefined) return;
    if (isMarket)
      return account.orders.send({ id, kind: 'entry', side, quantity, protections, because, reason: 'exit' });
    const expiresAtMs = goodForMs === null ? Infinity : account.timeMs + goodForMs;
    account.orders.rest({ id, ...order, price, expiresAtMs, protections });
  }

  private grantExit({ share, because }: ExitWish): void {
    const { signed, fact } = this.account.position;
    if (signed === 0) return this.account.cut('NO_POSITION');
    const part = share.value.gte(1) ? fact.quantity : this.account.onStep(fact.quantity.times(share.value));
    this.exit(part, because, 'exit');
  }

  private place({ name, side, price, size, isReduceOnly, because }: PlaceWish): void {
    const { account } = this;
    if (account.orders.find(name)) return account.cut('NAME_TAKEN');
    const held = account.position.fact.quantity;
    const quantity = isReduceOnly
      ? account.onStep(size.of === 'quantity' ? size.amount : held)
      : this.size(size, price, null, false);
    if (quantity.isZero()) return;
    const order = { name, side, quantity, price, isReduceOnly, because };
    const id = this.judged(order, 'GRID');
    if (id === undefined) return;
    const { protections } = this.running.current.prepared;
    account.orders.rest({ id, ...order, expiresAtMs: Infinity, protections });
  }

  /** Another price for an order that rests; denied, it rests as it was. */
  private amend({ name, price, because }: AmendWish): void {
    const order = this.account.orders.find(name);
    if (order === undefined) return this.account.cut('ORDER_UNKNOWN');
    this.running.onOrder?.({ action: 'AMEND', role: 'GRID', price: price.toFixed(), because });
    if (this.gate.checkChange(this.contentOf(order.id, { ...order, price }), this.moment)) return;
    order.price = price;
    order.level = price.toNumber();
  }

  private size(size: EnterWish['size'], price: Decimal, stop: Decimal | null, isMarket: boolean): Decimal {
    const { account } = this;
    const { leverage, instrument } = account.options;
    const { capital, orders } = account;
    const opening = orders.openingNotional;
    // What is being left makes room.
    const used = orders.isLeaving ? opening : account.position.fact.quantity.times(price).plus(opening);
    const room = capital.times(leverage).minus(used);
    const { quantity, cut } = sized(size, { capital, price, stop, room }, instrument, isMarket);
    if (cut !== undefined) account.cut(cut);
    return quantity;
  }

  /** The id under which it may go; undefined where risk denied it, which the strategy is told. */
  private judged(order: Proposal, role: WishedOrder['role']): string | undefined {
    const { side, quantity, price, because } = order;
    this.running.onOrder?.({
      action: 'SUBMIT',
      role,
      side,
      quantity: quantity.toFixed(),
      ...(price !== null && { price: price.toFixed() }),
      because,
    });
    this.ordinal += 1;
    this.account.counts.orders += 1;
    const id = `b-${this.ordinal}`;
    const denial: Refusal | undefined = this.gate.check(this.contentOf(id, order), this.moment);
    if (denial === undefined) return id;
    this.tellClosed({ name: order.name, status: 'DENIED', code: denial.code });
    return undefined;
  }

  private contentOf(clientOrderId: string, { side, quantity, price, isReduceOnly }: Proposal): OrderContent {
    const { market, symbol } = this.account.options.instrument;
    return {
      clientOrderId,
      market,
      symbol,
      side,
      type: price === null ? 'MARKET' : 'LIMIT',
      quantity: quantity.toFixed(),
      ...(price !== null && { price: price.toFixed(), timeInForce: 'GTC' }),
      ...(isReduceOnly && market === 'futures' && { reduceOnly: true }),
    };
  }

  private get moment(): Moment {
    const { timeMs, priceDecimal, equityDecimal, position, lossToday, drawdown } = this.account;
    return {
      timeMs,
      price: priceDecimal,
      equity: equityDecimal,
      held: { base: position.fact.quantity, quote: position.unspent },
      lossToday,
      drawdown,
    };
  }

  private tellClosed(closed: ClosedOrderFact): void {
    this.tell(this.running.current.onOrderClosed(this.account.facts(), closed));
  }
}
