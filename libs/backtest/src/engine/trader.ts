/** Fills what is under way by the rules, candle by candle, and tells the strategy. */
import { Decimal } from '@elvis/trading';
import { FillFact, Protections } from '@elvis/strategy';
import { Gate } from '../gate/gate';
import { Account, AccountOptions } from './account';
import { Range, Side, marketFill, stopFill, tradesThrough } from './fill-rules';
import { Guard } from './guard';
import { liquidationPrice } from './liquidation';
import { MarketIntent } from './pending-orders';
import { Trade } from './position';
import { Running } from './running';
import { OrderMaker } from './order-maker';

export class Trader {
  readonly account: Account;
  private readonly maker: OrderMaker;
  private guard: Guard | undefined;
  private liquidation: number | null = null;
  private readonly tick: number;
  private readonly against: number;

  constructor(
    private readonly running: Running,
    gate: Gate,
    private readonly options: AccountOptions,
  ) {
    this.account = new Account(options);
    this.maker = new OrderMaker(running, gate, this.account);
    this.tick = options.instrument.tickSize.toNumber();
    this.against = options.costs.halfSpread + options.costs.slippage;
  }

  /** Whether a candle can change nothing. */
  get isIdle(): boolean {
    return this.account.position.signed === 0 && this.account.orders.isEmpty;
  }

  /** Funding, then what fills in the candle that opens at `timeMs`. */
  trade(range: Range, timeMs: number): void {
    this.account.timeMs = timeMs;
    this.account.price = range.open;
    this.guardAtOpen(range);
    for (const intent of this.account.orders.takeIntents()) this.fillMarket(intent, range.open);
    const hasRestedIn = this.fillResting(range, false);
    this.guardWithin(range, hasRestedIn);
    this.fillResting(range, true);
    if (this.account.position.signed !== 0) this.guard?.see(this.account.position.signed > 0, range);
  }

  fund(rate: Decimal): void {
    this.account.position.fund(rate, new Decimal(this.account.price));
  }

  /** The candle is over: what its end brings. */
  settle(close: number, timeMs: number): void {
    this.account.close(close, timeMs);
    for (const order of this.account.orders.resting.filter(({ expiresAtMs }) => expiresAtMs <= timeMs)) {
      this.account.orders.remove(order);
      this.maker.tell(
        this.running.current.onOrderClosed(this.account.facts(), { name: order.name, status: 'EXPIRED' }),
      );
    }
    const due = this.guard?.dueAtMs ?? null;
    if (due !== null && timeMs >= due && this.account.position.signed !== 0)
      this.maker.exit(this.account.position.fact.quantity, 'it was held as long as it may', 'time');
  }

  /** Steps on the main candle that has just closed. */
  step(): void {
    this.maker.tell(this.running.current.onCandle(this.account.facts()));
  }

  /** Closes what is left at the last price: a report counts no open position. */
  end(): void {
    this.account.orders.clear();
    if (this.account.position.signed === 0) return;
    this.maker.exit(this.account.position.fact.quantity, 'the data end here', 'end');
    for (const intent of this.account.orders.takeIntents()) this.fillMarket(intent, this.account.price);
  }

  private fillMarket(
    { kind, side, quantity, protections, because, reason }: MarketIntent,
    open: number,
  ): void {
    const held = this.account.position.fact;
    if (kind === 'exit') {
      if (held.isFlat) return;
      const most = Decimal.min(quantity, held.quantity);
      return this.fill(
        'exit',
        side,
        most,
        this.onTick(marketFill(side, open, this.against), side),
        'taker',
        because,
        reason,
      );
    }
    if (!held.isFlat && held.isLong !== (side === 'BUY')) return this.account.cut('OPPOSITE_POSITION');
    this.openGuard(protections);
    this.fill(
      'entry',
      side,
      quantity,
      this.onTick(marketFill(side, open, this.against), side),
      'taker',
      because,
      reason,
    );
  }

  private openGuard(protections: Protections | null): void {
    if (this.account.position.signed === 0 || this.guard === undefined)
      this.guard = new Guard(protections ?? this.running.current.prepared.protections);
  }

  /** A fill of any order; tells the strategy, and what is over. */
  private fill(
    name: string,
    side: Side,
    quantity: Decimal,
    price: Decimal,
    as: 'taker' | 'maker' | 'liquidated',
    because: string,
    reason: Trade['reason'],
  ): void {
    const { takerFee, makerFee, liquidationFee } = this.options.costs;
    const rate = as === 'maker' ? makerFee : as === 'taker' ? takerFee : liquidationFee;
    const fee = quantity.times(price).times(rate);
    if (as === 'taker') {
      const slipped = price.minus(this.account.price).abs().times(quantity);
      this.account.position.paid.slippage = this.account.position.paid.slippage.plus(slipped);
    }
    this.account.counts.fills += 1;
    const trade = this.account.position.fill({
      side,
      quantity,
      price,
      fee,
      timeMs: this.account.timeMs,
      because,
      reason,
    });
    this.afterFill();
    const fill: FillFact = { name, side, price, quantity, fee };
    if (trade !== undefined) {
      this.account.trades.push(trade);
      const net = new Decimal(trade.net);
      this.account.day.add(net);
      this.maker.tell(this.running.current.onFill(this.account.facts(), fill));
      return this.maker.tell(
        this.running.current.onPositionClosed(this.account.facts(), {
          direction: trade.direction,
          net,
          reason,
        }),
      );
    }
    this.maker.tell(this.running.current.onFill(this.account.facts(), fill));
  }

  private afterFill(): void {
    const { fact, signed, walletNumber } = this.account.position;
    if (signed === 0) {
      this.guard = undefined;
      this.liquidation = null;
      return;
    }
    const entryPrice = fact.entryPrice.toNumber();
    this.guard?.set(signed > 0, entryPrice, fact.openedAtMs!);
    const { instrument } = this.options;
    this.liquidation =
      instrument.market === 'spot'
        ? null
        : liquidationPrice(instrument.symbol, signed, entryPrice, walletNumber);
  }

  /** What the open alone already does: a stop or the liquidation that was jumped over. */
  private guardAtOpen(range: Range): void {
    if (this.account.position.signed === 0) return;
    const { open } = range;
    this.guardWithin({ open, high: open, low: open }, false);
  }

  /** @param entryRested in this candle, so that its target may have come before it */
  private guardWithin(range: Range, entryRested: boolean): void {
    const { signed } = this.account.position;
    if (signed === 0) return;
    const side = signed > 0 ? 'SELL' : 'BUY';
    const stop = this.guard?.stop ?? null;
    const stopped = stop === null ? null : stopFill(side, stop, range, this.against);
    if (this.isLiquidated(range, stop)) {
      this.account.counts.liquidations += 1;
      const at = this.onTick(this.liquidation!, side);
      return this.fill(
        'liquidation',
        side,
        this.account.position.fact.quantity,
        at,
        'liquidated',
        'margin was used up',
        'liquidation',
      );
    }
    const reached = (this.guard?.targets ?? []).filter(({ price }) =>
      tradesThrough(side, price, range, this.tick),
    );
    if (stopped !== null) {
      if (reached.length > 0 && range.high > range.low) this.account.counts.ambiguous += 1;
      const reason = this.guard!.isTrailing ? 'trailing' : 'stop';
      return this.fill(
        'stop',
        side,
        this.account.position.fact.quantity,
        this.onTick(stopped, side),
        'taker',
        'the stop was reached',
        reason,
      );
    }
    if (entryRested) return;
    for (const { price, share } of reached) this.takeTarget(side, price, share);
  }

  private takeTarget(side: Side, price: number, share: number): void {
    const { guard } = this;
    const { quantity } = this.account.position.fact;
    if (guard === undefined || quantity.isZero()) return;
    const left = guard.targets.filter((level) => level.price !== price);
    const wholeShare = guard.targets.reduce((sum, level) => sum + level.share, 0);
    const part = left.length === 0 ? quantity : this.account.onStep(quantity.times(share / wholeShare));
    if (part.isZero()) return;
    this.fill('target', side, part, this.onTick(price, side), 'maker', 'the target was reached', 'target');
    if (this.guard === guard) guard.targets = left;
  }

  private isLiquidated({ high, low }: Range, stop: number | null): boolean {
    const { liquidation } = this;
    if (liquidation === null) return false;
    return this.account.position.signed > 0
      ? low <= liquidation && (stop === null || stop <= liquidation)
      : high >= liquidation && (stop === null || stop >= liquidation);
  }

  /** Those that open, or those that reduce. True if one that opens has filled. */
  private fillResting(range: Range, isReduceOnly: boolean): boolean {
    if (this.account.orders.resting.length === 0) return false;
    let hasFilled = false;
    const through = this.account.orders.resting.filter(
      (order) =>
        order.isReduceOnly === isReduceOnly && tradesThrough(order.side, order.level, range, this.tick),
    );
    for (const order of through) {
      if (!this.account.orders.resting.includes(order)) continue;
      const held = this.account.position.fact;
      const isAgainst = !held.isFlat && held.isLong !== (order.side === 'BUY');
      if (isReduceOnly !== isAgainst) continue;
      this.account.orders.remove(order);
      const quantity = isReduceOnly ? Decimal.min(order.quantity, held.quantity) : order.quantity;
      if (!isReduceOnly) this.openGuard(order.protections);
      this.fill(order.name, order.side, quantity, order.price, 'maker', order.because, 'exit');
      hasFilled = true;
    }
    return hasFilled && !isReduceOnly;
  }

  /** To the tick that is worse for this side. */
  private onTick(price: number, side: Side): Decimal {
    const { tickSize } = this.options.instrument;
    const ticks = new Decimal(price).div(tickSize).toDecimalPlaces(6);
    return (side === 'BUY' ? ticks.ceil() : ticks.floor()).times(tickSize);
  }
}
