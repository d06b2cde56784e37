/** Fills what is under way by the rules, candle by candle, and tells the strategy. */
import { Decimal } from '@elvis/trading';
import { Gate } from '../gate/gate';
import { Account, AccountOptions } from './account';
import { Bookkeeper, Execution } from './bookkeeper';
import { takingLoses } from './costs';
import { Range, Side, movedAgainst, tradesThrough, worseTick } from './fill-rules';
import { Guard, Level } from './guard';
import { MarketIntent } from './pending-orders';
import { Running } from './running';

const WHY = {
  stop: 'the stop was reached',
  trailing: 'the stop was reached',
  liquidation: 'margin was used up',
} as const;

type Filled = Pick<Execution, 'side' | 'quantity' | 'price' | 'as' | 'slippage'>;

export class Trader {
  readonly account: Account;
  private readonly bookkeeper: Bookkeeper;
  private readonly tick: number;

  constructor(
    running: Running,
    private readonly gate: Gate,
    private readonly options: AccountOptions,
  ) {
    this.bookkeeper = new Bookkeeper(running, gate, options);
    this.account = this.bookkeeper.account;
    this.tick = options.instrument.tickSize.toNumber();
  }

  /** Whether a candle can change nothing. */
  get isIdle(): boolean {
    return this.account.position.signed === 0 && this.account.orders.isEmpty;
  }

  /** What fills in the candle that opens at `timeMs`. */
  trade(range: Range, timeMs: number): void {
    const { account } = this;
    const { open } = range;
    account.timeMs = timeMs;
    account.price = open;
    // What the open alone already does: a stop or the liquidation that was jumped over.
    this.protect({ open, high: open, low: open }, false);
    for (const intent of account.orders.takeIntents()) this.fillMarket(intent, open);
    const hasRestedIn = this.fillResting(range, false);
    this.protect(range, hasRestedIn);
    this.fillResting(range, true);
    if (account.position.signed !== 0) this.bookkeeper.guard?.see(account.position.signed > 0, range);
  }

  fund(rate: Decimal): void {
    this.account.position.fund(rate, this.account.priceDecimal);
  }

  settle(close: number, timeMs: number): void {
    this.bookkeeper.settle(close, timeMs);
  }

  begin(): void {
    this.bookkeeper.begin();
  }

  step(): void {
    this.bookkeeper.step();
  }

  /** Closes what is left at the last price: a report counts no open position. */
  end(): void {
    const { orders, position, price } = this.account;
    orders.clear();
    if (position.signed === 0) return;
    this.bookkeeper.maker.exit(position.fact.quantity, 'the data end here', 'end');
    for (const intent of orders.takeIntents()) this.fillMarket(intent, price);
  }

  private fillMarket(intent: MarketIntent, open: number): void {
    const { id, kind, side, quantity, because, reason } = intent;
    const held = this.account.position.fact;
    const isOpposite = !held.isFlat && held.isLong !== (side === 'BUY');
    if (kind === 'exit' ? held.isFlat : isOpposite) {
      if (kind === 'entry') this.account.cut('OPPOSITE_POSITION');
      if (id !== undefined) this.gate.ended(id);
      return;
    }
    if (kind === 'entry') this.bookkeeper.guardBy(intent.protections);
    const most = kind === 'exit' ? Decimal.min(quantity, held.quantity) : quantity;
    this.bookkeeper.fill({ name: kind, id, ...this.taken(side, most, open), because, reason });
  }

  /** Those that open, or those that reduce. True if one that opens has filled. */
  private fillResting(range: Range, isReduceOnly: boolean): boolean {
    const { orders } = this.account;
    if (orders.resting.length === 0) return false;
    let hasOpened = false;
    const through = orders.resting.filter(
      (order) =>
        order.isReduceOnly === isReduceOnly && tradesThrough(order.side, order.level, range, this.tick),
    );
    for (const order of through) {
      // What an earlier fill of this candle made the strategy cancel.
      if (!orders.resting.includes(order)) continue;
      const held = this.account.position.fact;
      const isAgainst = !held.isFlat && held.isLong !== (order.side === 'BUY');
      if (isReduceOnly !== isAgainst) continue;
      orders.remove(order);
      if (!isReduceOnly) this.bookkeeper.guardBy(order.protections);
      const quantity = isReduceOnly ? Decimal.min(order.quantity, held.quantity) : order.quantity;
      const { name, id, side, price, because } = order;
      this.bookkeeper.fill({ name, id, side, quantity, price, as: 'maker', because, reason: 'exit' });
      hasOpened ||= !isReduceOnly;
    }
    return hasOpened;
  }

  /** @param hasRestedIn an entry rested and filled in this candle: its target may have come before it */
  private protect(range: Range, hasRestedIn: boolean): void {
    const { counts, position } = this.account;
    const { guard } = this.bookkeeper;
    if (guard === undefined || position.signed === 0) return;
    const side = position.signed > 0 ? 'SELL' : 'BUY';
    const end = guard.endIn(side, range);
    const targets = guard.reachedTargets(side, range, this.tick);
    if (end === null) {
      if (!hasRestedIn) for (const target of targets) this.takeTarget(guard, side, target);
      return;
    }
    const { reason, price } = end;
    const { quantity } = position.fact;
    const why = { because: WHY[reason], reason };
    if (reason === 'liquidation') {
      counts.liquidations += 1;
      const sold = this.taken(side, quantity, price);
      return this.bookkeeper.fill({ name: reason, ...sold, as: 'liquidated', ...why });
    }
    if (targets.length > 0 && range.high > range.low) counts.ambiguous += 1;
    this.bookkeeper.fill({ name: 'stop', ...this.taken(side, quantity, price), ...why });
  }

  private takeTarget(guard: Guard, side: Side, { price, share }: Level): void {
    const { quantity } = this.account.position.fact;
    if (quantity.isZero()) return;
    const wholeShare = guard.targets.reduce((sum, level) => sum + level.share, 0);
    const left = guard.targets.filter((level) => level.price !== price);
    const part = left.length === 0 ? quantity : this.account.onStep(quantity.times(share / wholeShare));
    if (part.isZero()) return;
    guard.targets = left;
    const why = { because: 'the target was reached', reason: 'target' } as const;
    this.bookkeeper.fill({ name: 'target', ...this.atTarget(side, part, price), ...why });
  }

  /** On spot a target rests as a limit order; on futures it triggers one at the market. */
  private atTarget(side: Side, quantity: Decimal, price: number): Filled {
    const { market, tickSize } = this.options.instrument;
    if (market === 'futures') return this.taken(side, quantity, price);
    return { side, quantity, price: worseTick(side, price, tickSize, this.tick), as: 'maker' };
  }

  /** At the market, from where the price stands before what taking costs. */
  private taken(side: Side, quantity: Decimal, from: number): Filled {
    const { costs, instrument } = this.options;
    const against = takingLoses(costs, quantity.toNumber() * from);
    const price = worseTick(side, movedAgainst(side, from, against), instrument.tickSize, this.tick);
    return { side, quantity, price, as: 'taker', slippage: price.minus(from).abs().times(quantity) };
  }
}
