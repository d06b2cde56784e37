/** Makes orders of a strategy's wishes: sized, judged by the rules of risk, and then under way. */
import { Decimal, OrderContent } from '@elvis/trading';
import {
  CancelWish,
  ClosedOrderFact,
  EnterWish,
  ExitWish,
  PlaceWish,
  StepResult,
  Wish,
} from '@elvis/strategy';
import { Gate } from '../gate/gate';
import { Account } from './account';
import { Side } from './fill-rules';
import { Trade } from './position';
import { Running } from './running';
import { Sized, sized } from './sizing';

interface Proposal {
  readonly side: Side;
  readonly quantity: Decimal;
  /** Null for one at the market. */
  readonly price: Decimal | null;
  readonly isReduceOnly: boolean;
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

  private grant(wish: Wish): void {
    switch (wish.type) {
      case 'ENTER':
        return this.enter(wish);
      case 'EXIT':
        return this.grantExit(wish);
      case 'PLACE':
        return this.place(wish);
      case 'AMEND': {
        const order = this.account.orders.find(wish.name);
        if (order === undefined) return this.account.cut('ORDER_UNKNOWN');
        order.price = wish.price;
        order.level = wish.price.toNumber();
        return;
      }
      case 'CANCEL':
        return this.cancel(wish);
      case 'REST':
      case 'NOTE':
        return;
    }
  }

  private enter(wish: EnterWish): void {
    const side = wish.direction === 'LONG' ? 'BUY' : 'SELL';
    if (side === 'SELL' && this.account.options.instrument.market === 'spot')
      return this.account.cut('SHORT_ON_SPOT');
    const isMarket = wish.at.type === 'market';
    const price = this.entryPrice(wish, side);
    const stop = wish.protections.stop ?? wish.protections.trailing;
    const { quantity } = this.size(wish.size, price, stop?.value ?? null, isMarket);
    if (quantity.isZero()) return;
    const order = { side, quantity, price: isMarket ? null : price, isReduceOnly: false } as const;
    if (!this.isApproved('entry', order)) return;
    const { because, protections } = wish;
    if (isMarket)
      this.account.orders.send({ kind: 'entry', side, quantity, protections, because, reason: 'exit' });
    else {
      const expiresAtMs = wish.goodForMs === null ? Infinity : this.account.timeMs + wish.goodForMs;
      this.account.orders.rest({ name: 'entry', ...order, price, expiresAtMs, protections, because });
    }
  }

  private entryPrice({ at }: EnterWish, side: Side): Decimal {
    if (at.type === 'limit') return at.price;
    const price = new Decimal(this.account.price);
    if (at.type === 'market') return price;
    const behind = side === 'BUY' ? new Decimal(1).minus(at.offset.value) : at.offset.value.plus(1);
    const { tickSize } = this.account.options.instrument;
    return price.times(behind).div(tickSize).floor().times(tickSize);
  }

  private grantExit({ share, because }: ExitWish): void {
    if (this.account.position.signed === 0) return this.account.cut('NO_POSITION');
    const { quantity } = this.account.position.fact;
    const part = quantity.times(share.value);
    this.exit(share.value.gte(1) ? quantity : this.account.onStep(part), because, 'exit');
  }

  /** Closes so much at the next open; an exit that the strategy wished is judged like any order. */
  exit(quantity: Decimal, because: string, reason: Trade['reason']): void {
    const side = this.account.position.signed > 0 ? 'SELL' : 'BUY';
    if (quantity.lte(0) || this.account.orders.isLeaving) return;
    if (reason === 'exit' && !this.isApproved('exit', { side, quantity, price: null, isReduceOnly: true }))
      return;
    this.account.orders.send({ kind: 'exit', side, quantity, protections: null, because, reason });
  }

  private place({ name, side, price, size, isReduceOnly, because }: PlaceWish): void {
    if (this.account.orders.find(name)) return this.account.cut('NAME_TAKEN');
    const { quantity } = isReduceOnly
      ? {
          quantity: this.account.onStep(
            size.of === 'quantity' ? size.amount : this.account.position.fact.quantity,
          ),
        }
      : this.size(size, price, null, false);
    if (quantity.isZero()) return;
    if (!this.isApproved(name, { side, quantity, price, isReduceOnly })) return;
    const { protections } = this.running.current.prepared;
    this.account.orders.rest({
      name,
      side,
      quantity,
      price,
      isReduceOnly,
      expiresAtMs: Infinity,
      protections,
      because,
    });
  }

  private cancel({ name }: CancelWish): void {
    const order = this.account.orders.find(name);
    if (order === undefined) return this.account.cut('ORDER_UNKNOWN');
    this.account.orders.remove(order);
    this.tell(this.running.current.onOrderClosed(this.account.facts(), { name, status: 'CANCELED' }));
  }

  private size(size: EnterWish['size'], price: Decimal, stop: Decimal | null, isMarket: boolean): Sized {
    const { capital, leverage, instrument } = this.account.options;
    const worth = Decimal.min(capital, new Decimal(this.account.equity));
    const used = this.account.position.fact.quantity.times(price).plus(this.account.orders.openingNotional);
    const room = worth.times(leverage).minus(used);
    const found = sized(size, { capital: worth, price, stop, room }, instrument, isMarket);
    if (found.cut !== undefined) this.account.cut(found.cut);
    return found;
  }

  private isApproved(name: string, order: Proposal): boolean {
    const { instrument } = this.account.options;
    this.ordinal += 1;
    this.account.counts.orders += 1;
    const content: OrderContent = {
      clientOrderId: `b-${this.ordinal}`,
      market: instrument.market,
      symbol: instrument.symbol,
      side: order.side,
      type: order.price === null ? 'MARKET' : 'LIMIT',
      quantity: order.quantity.toFixed(),
      ...(order.price !== null && { price: order.price.toFixed(), timeInForce: 'GTC' }),
      ...(order.isReduceOnly && instrument.market === 'futures' && { reduceOnly: true }),
    };
    const denial = this.gate.check(content, {
      timeMs: this.account.timeMs,
      price: new Decimal(this.account.price),
      equity: new Decimal(this.account.equity),
      position: this.account.position.fact.isShort
        ? this.account.position.fact.quantity.negated()
        : this.account.position.fact.quantity,
      resting: { BUY: this.account.orders.openingOn('BUY'), SELL: this.account.orders.openingOn('SELL') },
      openOrders: this.account.orders.resting.length,
      lossToday: this.account.lossToday,
      drawdown: this.account.drawdown,
    });
    if (denial === undefined) return true;
    const closed: ClosedOrderFact = { name, status: 'DENIED', code: denial.code };
    this.tell(this.running.current.onOrderClosed(this.account.facts(), closed));
    return false;
  }
}
