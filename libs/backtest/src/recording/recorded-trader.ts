/** Sends what a strategy wishes to the exchange of a recording, each at its time, and books what comes of it. */
import { Decimal } from '@elvis/trading';
import { Account, AccountOptions } from '../engine/account';
import { Bookkeeper } from '../engine/bookkeeper';
import { Side } from '../engine/fill-rules';
import { MarketIntent, Resting } from '../engine/pending-orders';
import { Trade } from '../engine/position';
import { Running } from '../engine/running';
import { Gate } from '../gate/gate';
import { RecordedExchange, RecordedFill, RecordedListener, SentOrder } from './recorded-exchange';

/** What leaves for the exchange. */
export interface Sent {
  readonly action: 'PLACE' | 'AMEND' | 'CANCEL';
  /** Counts what was placed, from 1: a change or a cancel has the number of its order. */
  readonly number: number;
  readonly sentMs: number;
}

export interface Arrival extends Sent {
  readonly atMs: number;
  readonly order: SentOrder;
}

/** An order as the exchange would list it. */
export interface OrderReport {
  readonly name: string;
  readonly side: Side;
  readonly quantity: string;
  readonly price: string | null;
  readonly sentMs: number;
  arrivedMs: number | null;
  readonly fills: { readonly price: string; readonly quantity: string; readonly timeMs: number }[];
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
}

/** What an order was sent for. */
interface Purpose {
  readonly name: string;
  /** As the gate knows it; undefined for what protects. */
  readonly id: string | undefined;
  readonly resting?: Resting;
  readonly intent?: MarketIntent;
  readonly because: string;
  readonly reason: Trade['reason'];
  readonly report: OrderReport;
  readonly number: number;
}

export interface RecordedTraderOptions extends AccountOptions {
  readonly arrivalMs: (sent: Sent) => number | undefined;
}

export class RecordedTrader implements RecordedListener {
  readonly account: Account;
  readonly reports: OrderReport[] = [];
  private readonly bookkeeper: Bookkeeper;
  private arrivals: Arrival[] = [];
  private readonly purposes = new Map<string, Purpose>();
  /** What rests as it was sent last, by the id of the exchange. */
  private readonly sentResting = new Map<Resting, { readonly id: string; price: Decimal }>();
  private hasBegun = false;
  private exchange: RecordedExchange | undefined;

  constructor(
    private readonly running: Running,
    readonly gate: Gate,
    private readonly options: RecordedTraderOptions,
  ) {
    this.bookkeeper = new Bookkeeper(running, gate, options);
    this.account = this.bookkeeper.account;
  }

  get nextArrival(): Arrival | undefined {
    return this.arrivals[0];
  }

  /** It reaches the exchange now. */
  arrive(exchange: RecordedExchange, arrival: Arrival): void {
    this.exchange = exchange;
    this.arrivals = this.arrivals.filter((each) => each !== arrival);
    const { action, order, atMs } = arrival;
    const timeMs = Math.floor(atMs);
    this.account.timeMs = timeMs;
    const purpose = this.purposes.get(order.id)!;
    if (action === 'CANCEL') exchange.cancel(order.id, timeMs);
    else if (action === 'AMEND') exchange.amend(order, timeMs);
    else {
      purpose.report.arrivedMs = timeMs;
      const code = exchange.place(order, timeMs);
      if (code !== undefined) this.end(order.id, 'REJECTED', code);
    }
    this.send();
  }

  /** A minute is over: what its end brings, and the strategy's step. */
  close(price: number, timeMs: number): void {
    this.bookkeeper.settle(price, timeMs);
    if (this.running.current.isWarm) {
      if (!this.hasBegun) this.bookkeeper.begin();
      this.hasBegun = true;
      this.bookkeeper.step();
    }
    this.send();
  }

  /** Protections rest at the exchange, on its mark price: it sends them itself. */
  marked(price: number, timeMs: number): void {
    const { guard } = this.bookkeeper;
    const { position } = this.account;
    if (guard === undefined || position.signed === 0 || this.exchange === undefined) return;
    const side = position.signed > 0 ? 'SELL' : 'BUY';
    const range = { open: price, high: price, low: price };
    const end = guard.endIn(side, range);
    const { quantity } = position.fact;
    if (end) {
      if (end.reason === 'liquidation') this.account.counts.liquidations += 1;
      return this.protect(side, quantity, end.reason, timeMs);
    }
    const [target] = guard.reachedTargets(side, range, 0);
    if (target === undefined) return guard.see(position.signed > 0, range);
    const whole = guard.targets.reduce((sum, level) => sum + level.share, 0);
    guard.targets = guard.targets.filter((level) => level !== target);
    const part =
      guard.targets.length === 0 ? quantity : this.account.onStep(quantity.times(target.share / whole));
    if (part.gt(0)) this.protect(side, part, 'target', timeMs);
  }

  filled({ id, price, quantity, isMaker, timeMs, filled, isLast }: RecordedFill): void {
    const purpose = this.purposes.get(id)!;
    const { report, resting, intent, because, reason } = purpose;
    report.fills.push({ price: price.toFixed(), quantity: quantity.toFixed(), timeMs });
    report.status = isLast ? 'FILLED' : 'PARTIALLY_FILLED';
    this.account.timeMs = timeMs;
    const { orders } = this.account;
    const isAlive = resting === undefined || orders.resting.includes(resting);
    if (resting) {
      resting.filled = filled;
      if (isLast && isAlive) orders.remove(resting);
      if (isLast) this.sentResting.delete(resting);
    }
    const opens = resting ? !resting.isReduceOnly : intent?.kind === 'entry';
    if (opens) this.bookkeeper.guardBy(resting?.protections ?? intent?.protections ?? null);
    this.bookkeeper.fill({
      name: purpose.name,
      // What was canceled and filled on its way out is no more among what the gate holds.
      ...(isAlive && purpose.id !== undefined && { id: purpose.id, part: { filled, isLast } }),
      side: report.side,
      quantity,
      price,
      as: isMaker ? 'maker' : 'taker',
      because,
      reason,
    });
    this.send();
  }

  closed(id: string, status: 'CANCELED' | 'EXPIRED'): void {
    this.end(id, status);
    this.send();
  }

  private end(id: string, status: 'CANCELED' | 'EXPIRED' | 'REJECTED', code?: string): void {
    const purpose = this.purposes.get(id)!;
    purpose.report.status = status;
    const { resting } = purpose;
    if (resting) this.sentResting.delete(resting);
    // The strategy was told when it canceled it.
    if (resting && !this.account.orders.resting.includes(resting)) return;
    if (resting) this.account.orders.remove(resting);
    this.bookkeeper.maker.ended(purpose, { status, ...(code !== undefined && { code }) });
  }

  /** Everything that was wished since, on its way. */
  private send(): void {
    const { orders } = this.account;
    for (const intent of orders.takeIntents()) {
      const { side, quantity, kind, because, reason } = intent;
      const order = { side, quantity, price: null, isReduceOnly: kind === 'exit' };
      this.place({ name: kind, id: intent.id, intent, because, reason }, order);
    }
    for (const resting of orders.resting) {
      const known = this.sentResting.get(resting);
      const { name, side, quantity, price, isReduceOnly, because } = resting;
      if (known === undefined) {
        const order = { side, quantity, price, isReduceOnly };
        const id = this.place({ name, id: resting.id, resting, because, reason: 'exit' }, order);
        this.sentResting.set(resting, { id, price });
      } else if (known.price !== price) {
        known.price = price;
        this.dispatch('AMEND', { id: known.id, side, quantity, price, isReduceOnly });
      }
    }
    for (const [resting, { id }] of this.sentResting)
      if (!orders.resting.includes(resting)) {
        this.sentResting.delete(resting);
        this.dispatch('CANCEL', { ...resting, id });
      }
  }

  /** Answers its id at the exchange. */
  private place(purpose: Omit<Purpose, 'report' | 'number'>, order: Omit<SentOrder, 'id'>): string {
    const number = this.reports.length + 1;
    const id = `r-${number}`;
    const report: OrderReport = {
      name: purpose.name,
      side: order.side,
      quantity: order.quantity.toFixed(),
      price: order.price?.toFixed() ?? null,
      sentMs: this.account.timeMs,
      arrivedMs: null,
      fills: [],
      status: 'NEW',
    };
    this.reports.push(report);
    this.purposes.set(id, { ...purpose, report, number });
    this.dispatch('PLACE', { ...order, id });
    return id;
  }

  private dispatch(action: Sent['action'], order: SentOrder): void {
    const sent = { action, number: this.purposes.get(order.id)!.number, sentMs: this.account.timeMs };
    const atMs = this.options.arrivalMs(sent);
    if (atMs === undefined) return;
    this.arrivals = [...this.arrivals, { ...sent, atMs, order }].sort((one, other) => one.atMs - other.atMs);
  }

  private protect(side: Side, quantity: Decimal, reason: Trade['reason'], timeMs: number): void {
    this.account.timeMs = timeMs;
    const because = reason === 'target' ? 'the target was reached' : 'the stop was reached';
    const name = reason === 'target' ? 'target' : 'stop';
    const number = this.reports.length + 1;
    const report: OrderReport = {
      name,
      side,
      quantity: quantity.toFixed(),
      price: null,
      sentMs: timeMs,
      arrivedMs: timeMs,
      fills: [],
      status: 'NEW',
    };
    this.reports.push(report);
    const id = `r-${number}`;
    this.purposes.set(id, { name, id: undefined, because, reason, report, number });
    this.exchange!.place({ id, side, quantity, price: null, isReduceOnly: true }, timeMs);
  }
}
