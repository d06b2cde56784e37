/** How an author writes a strategy. */
import { Candle, Interval } from '../indicators/candle';
import { Indicator, Indicators } from '../indicators/indicator';
import { Duration, durationMs } from '../parameters/duration';
import { Fraction } from '../parameters/fraction';
import { Parameters, ValuesOf, readParameters } from '../parameters/read-parameters';
import { ClosedOrderFact, ClosedPositionFact, FillFact, SignalFact } from '../step/facts';
import { Step } from '../step/step';
import { Protections, Rung } from '../step/wish';

export interface Feed {
  readonly symbol: string;
  readonly interval: Interval;
}

/** Sealed candles of a symbol. */
export const candles = (symbol: string, interval: Interval): Feed => ({ symbol, interval });

/** What a strategy may know of the bot it runs for. */
export interface BotFacts {
  readonly symbol: string;
  readonly interval: Interval;
}

export interface ProtectionsWish {
  readonly stop?: Fraction | null;
  readonly target?: Fraction | readonly Rung[] | null;
  readonly trailing?: Fraction | null;
  readonly time?: Duration | null;
}

type Feeds = Readonly<Record<string, Feed>> & { readonly main: Feed };

export interface StrategyDefinition<
  P extends Parameters,
  F extends Feeds,
  I extends Indicators,
  S extends object,
> {
  /** Kebab case; also the file's: `<name>.strategy.ts`. */
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly parameters: P;
  /** A rule over several parameters: true, or what is wrong. */
  readonly valid?: (params: ValuesOf<P>) => true | string;
  /** `main` is the feed whose candles are stepped on; the bot's own if none are declared. */
  readonly feeds?: (params: ValuesOf<P>, bot: BotFacts) => F;
  readonly indicators?: (
    params: ValuesOf<P>,
  ) => I & Readonly<Record<string, Indicator<keyof F & string, unknown>>>;
  /** How many candles back `t.before` may ask; 1 if not said. */
  readonly lookBack?: number;
  /** How it begins; plain data of at most 64 KiB. */
  readonly state?: S;
  readonly protections?: (params: ValuesOf<P>) => ProtectionsWish;
  onCandle(t: Step<ValuesOf<P>, I, S>): void;
  onFill?(t: Step<ValuesOf<P>, I, S>, fill: FillFact): void;
  onOrderClosed?(t: Step<ValuesOf<P>, I, S>, order: ClosedOrderFact): void;
  onPositionClosed?(t: Step<ValuesOf<P>, I, S>, closed: ClosedPositionFact): void;
  /** A signal from outside; a strategy without it takes none. */
  onSignal?(t: Step<ValuesOf<P>, I, S>, signal: SignalFact): void;
  onStart?(t: Step<ValuesOf<P>, I, S>): void;
  onStop?(t: Step<ValuesOf<P>, I, S>): void;
}

/** What a hook is to the runner, which knows no author's types. */
export type AnyStep = Step<never, never, never>;

/** A strategy with its parameters read: what the runner runs. */
export interface PreparedStrategy {
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: Readonly<Record<string, Feed>> & { readonly main: Feed };
  readonly indicators: Indicators;
  readonly lookBack: number;
  readonly protections: Protections;
  readonly initialState: object;
  readonly hooks: StrategyHooks;
}

export interface StrategyHooks {
  onCandle(t: AnyStep): void;
  onFill?(t: AnyStep, fill: FillFact): void;
  onOrderClosed?(t: AnyStep, order: ClosedOrderFact): void;
  onPositionClosed?(t: AnyStep, closed: ClosedPositionFact): void;
  onSignal?(t: AnyStep, signal: SignalFact): void;
  onStart?(t: AnyStep): void;
  onStop?(t: AnyStep): void;
}

export interface Strategy {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly parameters: Parameters;
  /** Whether signals from outside reach it. */
  readonly takesSignals: boolean;
  /** @throws ParameterProblems for values that it does not take */
  prepare(bot: BotFacts, given?: Readonly<Record<string, unknown>>): PreparedStrategy;
}

/** @throws RangeError for a name, version or look-back that cannot be */
export function defineStrategy<
  const P extends Parameters,
  F extends Feeds = { readonly main: Feed },
  I extends Indicators = Record<never, never>,
  S extends object = Record<string, never>,
>(definition: StrategyDefinition<P, F, I, S>): Strategy {
  const { name, version, summary, parameters, lookBack = 1 } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new RangeError(`The strategy name "${name}" is not in kebab case, such as ema-crossover`);
  if (!Number.isInteger(version) || version < 1)
    throw new RangeError(`The version of ${name} is a whole number from 1 on, not ${version}`);
  if (!Number.isInteger(lookBack) || lookBack < 1 || lookBack > 1_000)
    throw new RangeError(`lookBack of ${name} is a whole number from 1 to 1000, not ${lookBack}`);
  return {
    name,
    version,
    summary,
    parameters,
    takesSignals: definition.onSignal !== undefined,
    prepare(bot, given = {}) {
      const params = readParameters(parameters, given, definition.valid);
      const wish = definition.protections?.(params) ?? {};
      return {
        params,
        feeds: definition.feeds?.(params, bot) ?? { main: candles(bot.symbol, bot.interval) },
        indicators: definition.indicators?.(params) ?? {},
        lookBack,
        protections: {
          stop: wish.stop ?? null,
          target: wish.target ?? null,
          trailing: wish.trailing ?? null,
          timeMs: wish.time ? durationMs(wish.time) : null,
        },
        initialState: definition.state ?? {},
        hooks: definition,
      };
    },
  };
}

export type { Candle };
