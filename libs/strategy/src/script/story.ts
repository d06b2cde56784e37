/**
 * A strategy told candle by candle, for its author's tests: what it wishes is looked at, and fills are made by hand.
 *
 * ```ts
 * const story = script(emaCrossover, { fast: 3, slow: 5 }).warmedUpOn(flat(100, 400));
 * expect(story.candle({ close: 104 }).entry).toMatchObject({ direction: 'LONG' });
 * expect(story.fill().candle({ close: 98 }).exit?.because).toMatch(/fell/);
 * ```
 */
import { Decimal } from '@elvis/trading';
import { BotFacts, Strategy } from '../definition/define-strategy';
import { Candle, intervalMs } from '../indicators/candle';
import { StepResult, StrategyRun } from '../runner/strategy-run';
import {
  ClosedPositionFact,
  FLAT,
  OrderFact,
  PositionFact,
  SignalFact,
  StepFacts,
  positionOf,
} from '../step/facts';
import { EnterWish, ExitWish, Wish } from '../step/wish';

const BOT: BotFacts = { symbol: 'BTCUSDT', interval: '1m' };
/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

/** A made-up instrument with a fine grid. */
const INSTRUMENT: StepFacts['instrument'] = { tickSize: new Decimal('0.01') };

/** A candle by what matters of it: what is not said follows from the close of the one before. */
export type CandleSketch = Partial<Omit<Candle, 'openTimeMs'>> & { readonly close: number };

/** So many candles at one price. */
export const flat = (price: number, count: number): CandleSketch[] =>
  Array.from({ length: count }, () => ({ close: price }));

/** Candles that go from one close to another in even steps. */
export const ramp = (from: number, to: number, count: number): CandleSketch[] =>
  Array.from({ length: count }, (_, at) => ({ close: from + ((to - from) * (at + 1)) / count }));

export class Story {
  private readonly run: StrategyRun;
  private nextOpenMs = START_MS;
  private lastClose: number | undefined;
  private position: PositionFact = FLAT;
  private orders: OrderFact[] = [];
  private trades = 0;
  private net = new Decimal(0);
  /** What the last candle or happening brought. */
  wishes: readonly Wish[] = [];
  dropped: readonly Wish[] = [];

  constructor(strategy: Strategy, params: Readonly<Record<string, unknown>>) {
    this.run = new StrategyRun(strategy.prepare(BOT, params), 1);
  }

  get isWarm(): boolean {
    return this.run.isWarm;
  }

  get state(): object {
    return this.run.memory.state;
  }

  get entry(): EnterWish | undefined {
    return this.wishes.find((wish) => wish.type === 'ENTER');
  }

  get exit(): ExitWish | undefined {
    return this.wishes.find((wish) => wish.type === 'EXIT');
  }

  /** Feeds candles until the strategy is warm, the given ones last. @throws Error if they do not suffice */
  warmedUpOn(candles: readonly CandleSketch[]): this {
    for (const candle of candles) this.candle(candle);
    if (!this.isWarm) throw new Error(`The strategy is not warm after ${candles.length} candles`);
    return this;
  }

  candle(sketch: CandleSketch): this {
    const open = sketch.open ?? this.lastClose ?? sketch.close;
    const { close } = sketch;
    this.run.feed('main', {
      openTimeMs: this.nextOpenMs,
      open,
      high: sketch.high ?? Math.max(open, close),
      low: sketch.low ?? Math.min(open, close),
      close,
      volume: sketch.volume ?? 1,
    });
    this.nextOpenMs += intervalMs(BOT.interval);
    this.lastClose = close;
    return this.take(this.run.onCandle(this.facts()));
  }

  /** A signal from outside; what is not given it did not say. */
  signal(given: Pick<SignalFact, 'action'> & Partial<SignalFact>): this {
    const unsaid = { confidence: null, model: null, features: null, note: null };
    return this.take(this.run.onSignal(this.facts(), { signalId: 's', ...unsaid, ...given }));
  }

  /** What was wished fills whole at the last close, or at this price: an entry, an exit or the order of that name. */
  fill({ name, price = this.lastClose ?? 0 }: { name?: string; price?: number } = {}): this {
    const wish = this.wishes.find((each) =>
      each.type === 'PLACE' ? each.name === name : each.type === 'ENTER' || each.type === 'EXIT',
    );
    if (wish === undefined) throw new Error('Nothing was wished that could fill');
    const at = new Decimal(price);
    if (wish.type === 'EXIT') return this.close(at, 'exit');
    const side =
      wish.type === 'PLACE' ? wish.side : (wish as EnterWish).direction === 'LONG' ? 'BUY' : 'SELL';
    const quantity = new Decimal(1);
    this.position = positionOf(side === 'BUY' ? 'LONG' : 'SHORT', quantity, at, this.nextOpenMs);
    const fill = { name: name ?? 'entry', side, price: at, quantity, fee: new Decimal(0) } as const;
    return this.take(this.run.onFill(this.facts(), fill));
  }

  /** The position is closed at a price, by its stop or target for instance. */
  close(price: number | Decimal, reason: ClosedPositionFact['reason']): this {
    const { direction, quantity, entryPrice } = this.position;
    if (direction === 'FLAT') throw new Error('There is no position to close');
    const moved = new Decimal(price).minus(entryPrice).times(quantity);
    const net = direction === 'LONG' ? moved : moved.negated();
    this.position = FLAT;
    this.net = this.net.plus(net);
    this.trades += 1;
    return this.take(this.run.onPositionClosed(this.facts(), { direction, net, reason }));
  }

  /** Orders that the strategy is told of as resting. */
  withOrders(orders: readonly OrderFact[]): this {
    this.orders = [...orders];
    return this;
  }

  private take({ wishes, dropped }: StepResult): this {
    this.wishes = wishes;
    this.dropped = dropped;
    return this;
  }

  private facts(): StepFacts {
    return {
      timeMs: this.nextOpenMs,
      instrument: INSTRUMENT,
      capital: new Decimal(10_000),
      position: this.position,
      orders: this.orders,
      today: { net: this.net, trades: this.trades },
    };
  }
}

/** @throws ParameterProblems for parameters that the strategy does not take */
export const script = (strategy: Strategy, params: Readonly<Record<string, unknown>> = {}): Story =>
  new Story(strategy, params);
