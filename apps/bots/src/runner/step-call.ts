/** What a hook's thread is given and what it answers: plain data, so that it crosses to the thread and can be stored. */
import type { BotProtectionTerms, BotProtections, StepRole, StrategyMemory } from '@elvis/contracts';
import type { SignalFact } from '@elvis/strategy';
import { CandleInterval, InstrumentMessage, OrderSide } from '@elvis/trading';
import { createHash } from 'node:crypto';

/** Which strategy, with what. */
export interface StrategyWish {
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly symbol: string;
  readonly interval: CandleInterval;
}

/** Candles of one feed without a hole: five numbers each, open, high, low, close, volume. */
export interface FeedCandles {
  readonly firstOpenMs: number;
  readonly values: Float64Array;
}

export const CANDLE_NUMBERS = 5;

/** SHA-256 of a feed's numbers as they lie in memory: 64-bit, the low byte first. */
export const hashOf = (values: Float64Array): string =>
  createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

interface OrderFacts {
  readonly name: string;
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly price: string | null;
  readonly quantity: string;
  readonly filled: string;
  readonly role: StepRole;
  readonly opens: boolean;
}

/** Amounts are decimals as text. */
export interface StepFactsMessage {
  /** The step's own time: when the candle closed, or the fill was made. */
  readonly timeMs: number;
  readonly instrument: InstrumentMessage;
  /** What the bot may commit: its capital with what its run has brought. */
  readonly capital: string;
  readonly leverage: number;
  /** Signed. */
  readonly position: string;
  readonly entryPrice: string | null;
  readonly openedAtMs: number | null;
  readonly orders: readonly OrderFacts[];
  readonly today: { readonly net: string; readonly trades: number };
  /** Of the last sealed candle: what sizes are worked out with. */
  readonly price: string;
}

export type Happening =
  | { readonly hook: 'onCandle' }
  | { readonly hook: 'onStart' }
  | { readonly hook: 'onStop' }
  | { readonly hook: 'onSignal'; readonly signal: SignalFact }
  | {
      readonly hook: 'onFill';
      readonly fill: {
        readonly name: string;
        readonly side: OrderSide;
        readonly price: string;
        readonly quantity: string;
        readonly fee: string;
      };
    }
  | {
      readonly hook: 'onOrderClosed';
      readonly order: {
        readonly name: string;
        readonly status: 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED' | 'DENIED';
        readonly code?: string;
      };
    }
  | {
      readonly hook: 'onPositionClosed';
      readonly closed: {
        readonly direction: 'LONG' | 'SHORT';
        readonly net: string;
        readonly reason: 'exit' | 'stop' | 'target' | 'trailing' | 'time' | 'liquidation' | 'end';
      };
    };

export interface StepCall extends StrategyWish {
  readonly protections: BotProtections | null;
  /** Of this bot: `t.random()` follows from it and the step's time. */
  readonly seed: number;
  readonly memory: StrategyMemory | null;
  readonly feeds: Readonly<Record<string, FeedCandles>>;
  readonly facts: StepFactsMessage;
  readonly happening: Happening;
  /** Why nothing may be opened; null: it may. */
  readonly heldBack: { readonly code: string; readonly why: string } | null;
}

/** A wish that became an order, a change or a cancel; it has no id yet. */
export interface Decided {
  readonly action: 'SUBMIT' | 'AMEND' | 'CANCEL';
  readonly role: StepRole;
  readonly name: string;
  /** Of an order that exists; absent for a new one. */
  readonly clientOrderId?: string;
  readonly terms: Readonly<Record<string, string | boolean>>;
  readonly opens: boolean;
  readonly goodForMs: number | null;
  /** Of an entry: distances as fractions of the price, as text; what is null is not wanted. */
  readonly protections?: BotProtectionTerms;
  readonly because: string;
}

/** A wish of which nothing came, and why. */
export interface Dropped {
  readonly wish: string;
  readonly code: string;
  readonly because: string;
}

export interface Decision {
  readonly isWarm: boolean;
  readonly decided: readonly Decided[];
  readonly dropped: readonly Dropped[];
  readonly notes: readonly string[];
  /** The values of the indicators at this candle. */
  readonly readings: Readonly<Record<string, unknown>>;
  readonly memory: StrategyMemory;
  readonly took: { readonly hookMs: number };
}

/** What a strategy needs before it can step on a candle. */
export interface Needs {
  readonly feeds: Readonly<
    Record<string, { readonly symbol: string; readonly interval: CandleInterval; readonly fromMs: number }>
  >;
  readonly hooks: readonly string[];
}
