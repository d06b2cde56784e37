/** What a hook is given: the facts of its moment, and the wishes it may make. */
import { Candle } from '../indicators/candle';
import { Indicators, LineOf, ReadingsOf } from '../indicators/indicator';
import { Readings } from '../indicators/readings';
import { Duration, durationMs } from '../parameters/duration';
import { Fraction } from '../parameters/fraction';
import { OrderFact, PositionFact, StepFacts, TodayFact } from './facts';
import { Price, priceOnGrid } from './money';
import { seeded } from './seeded';
import { sizes } from './sizes';
import { Direction, Entry, Protections, Size, Wish } from './wish';

const NO_PROTECTIONS: Protections = { stop: null, target: null, trailing: null, timeMs: null };
const WHOLE = Fraction.of('1');

export interface EnterOptions {
  readonly size: Size;
  readonly at?: Entry;
  readonly goodFor?: Duration;
  readonly protections?: Partial<Protections>;
  readonly because: string;
}

/** A reason, at least a word: every order can be explained. @throws RangeError for an empty one */
function reason(because: string): string {
  if (because.trim() === '') throw new RangeError('Every wish says because of what; the reason is empty');
  return because;
}

/** @typeParam P values of the parameters; @typeParam I the declared indicators; @typeParam S the strategy's own state */
export class Step<P, I extends Indicators, S> {
  readonly size = sizes;
  private wished: Wish[] = [];
  private facts!: StepFacts;
  private draw: (() => number) | undefined;

  /** @param defaults the strategy's protections, for entries that name none of their own */
  constructor(
    readonly params: P,
    /** Plain data; what is put here is there again at the next step, after a restart too. */
    public state: S,
    private readonly readings: Readings,
    private readonly seed: number,
    private readonly defaults: Protections = NO_PROTECTIONS,
  ) {}

  /** The main feed's candle that has just been sealed. */
  candle!: Candle;

  get now(): ReadingsOf<I> {
    return this.readings.before(0) as ReadingsOf<I>;
  }

  /** The readings so many main candles ago. @throws RangeError for more than the strategy's `lookBack` */
  before(candles: number): ReadingsOf<I> {
    return this.readings.before(candles) as ReadingsOf<I>;
  }

  /** Whether the first line has gone to the other side of the second with this candle. */
  crossed(line: LineOf<I>, towards: 'above' | 'below', other: LineOf<I> | number): boolean {
    const now = this.readings.before(0) as Readonly<Record<string, number>>;
    const before = this.readings.before(1) as Readonly<Record<string, number>>;
    const is = now[line]! - (typeof other === 'number' ? other : now[other]!);
    const was = before[line]! - (typeof other === 'number' ? other : before[other]!);
    return towards === 'above' ? was <= 0 && is > 0 : was >= 0 && is < 0;
  }

  get position(): PositionFact {
    return this.facts.position;
  }

  get orders(): readonly OrderFact[] {
    return this.facts.orders;
  }

  get capital(): StepFacts['capital'] {
    return this.facts.capital;
  }

  get today(): TodayFact {
    return this.facts.today;
  }

  /** The step's own time, not the clock's. */
  get timeMs(): number {
    return this.facts.timeMs;
  }

  /** From 0 to below 1: the same for the same bot and candle. */
  random(): number {
    this.draw ??= seeded(this.seed, this.facts.timeMs);
    return this.draw();
  }

  /** A level as a price on the instrument's grid. */
  price(level: number): Price {
    return priceOnGrid(level, this.facts.instrument.tickSize);
  }

  enter(direction: Direction, { size, at, goodFor, protections, because }: EnterOptions): void {
    this.wished.push({
      type: 'ENTER',
      direction,
      size,
      at: at ?? { type: 'market' },
      goodForMs: goodFor === undefined ? null : durationMs(goodFor),
      protections: { ...this.defaults, ...protections },
      because: reason(because),
    });
  }

  exit({ share, because }: { readonly share?: Fraction; readonly because: string }): void {
    this.wished.push({ type: 'EXIT', share: share ?? WHOLE, because: reason(because) });
  }

  place(
    name: string,
    order: {
      readonly side: 'BUY' | 'SELL';
      readonly price: Price;
      readonly size: Size;
      readonly isReduceOnly?: boolean;
      readonly because: string;
    },
  ): void {
    const { isReduceOnly = false, because, ...rest } = order;
    this.wished.push({ type: 'PLACE', name, ...rest, isReduceOnly, because: reason(because) });
  }

  amend(name: string, { price, because }: { readonly price: Price; readonly because: string }): void {
    this.wished.push({ type: 'AMEND', name, price, because: reason(because) });
  }

  cancel(name: string, { because }: { readonly because: string }): void {
    this.wished.push({ type: 'CANCEL', name, because: reason(because) });
  }

  rest(span: Duration, { because }: { readonly because: string }): void {
    this.wished.push({ type: 'REST', forMs: durationMs(span), because: reason(because) });
  }

  note(text: string, figures: Readonly<Record<string, number | string>> = {}): void {
    this.wished.push({ type: 'NOTE', text, figures });
  }

  /** For the runner alone. */
  begin(facts: StepFacts): void {
    this.facts = facts;
    this.draw = undefined;
  }

  /** For the runner alone: what was wished since. */
  takeWishes(): readonly Wish[] {
    if (this.wished.length === 0) return NOTHING;
    const { wished } = this;
    this.wished = [];
    return wished;
  }
}

const NOTHING: readonly Wish[] = [];

/** How an entry may be made. */
export const market = (): Entry => ({ type: 'market' });
export const limit = (price: Price): Entry => ({ type: 'limit', price });
export const maker = (offset: Fraction | string): Entry => ({
  type: 'maker',
  offset: offset instanceof Fraction ? offset : Fraction.of(offset),
});
