/** How a bot is, as its owner sees it. The bots service writes it; the gateway reads the copy in Redis. */
import { Market } from '@elvis/trading';
import { IsOptional, IsUUID } from 'class-validator';
import { marketFeed, query } from '../messages/contract';

export const BOT_STATES = [
  'STOPPED',
  'STARTING',
  'WARMING',
  'RUNNING',
  'PAUSED',
  'REDUCING',
  'STOPPING',
  'FAULTED',
] as const;
export type BotState = (typeof BOT_STATES)[number];

/** Why a bot enters nothing; it goes on when none is left. `foreign`: fills or a position that are not its own. */
export const BOT_PAUSE_CAUSES = [
  'person',
  'limit',
  'halt',
  'divergence',
  'stale',
  'foreign',
  'refusals',
] as const;
export type BotPauseCause = (typeof BOT_PAUSE_CAUSES)[number];

/** `keep` leaves orders and position, `cancel` takes entries away and leaves protections, `flatten` closes everything. */
export const BOT_STOP_MODES = ['keep', 'cancel', 'flatten'] as const;
export type BotStopMode = (typeof BOT_STOP_MODES)[number];

/** Why a bot is FAULTED, and who has looked. */
export interface BotFault {
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
  readonly acknowledgedBy?: string;
  readonly note?: string;
}

/** A protection as the exchange lists it. */
export interface RestingProtection {
  readonly kind: 'stop' | 'target' | 'trailing';
  readonly clientOrderId: string;
  readonly exchangeOrderId: string | null;
  readonly price: string | null;
  readonly quantity: string | null;
  readonly status: string;
}

/** One limit and how much of it is used. */
export interface BotLimitUse {
  readonly name: string;
  readonly maximum: string;
  readonly used: string;
}

/** The last step in a line; the whole of it is `GET /api/v1/bots/:id/steps/:step`. */
export interface LastStep {
  readonly run: number;
  readonly step: number;
  readonly cause: string;
  readonly atMs: number;
  readonly reasons: readonly string[];
}

export class BotStateView {
  readonly botConfigId!: string;
  readonly owner!: string;
  readonly name!: string;
  readonly market!: Market;
  readonly symbol!: string;
  readonly strategy!: string;
  readonly status!: BotState;
  /** While PAUSED: each cause by itself. */
  readonly causes!: readonly BotPauseCause[];
  readonly reason!: string;
  readonly runId!: string | null;
  readonly run!: number;
  readonly revision!: number;
  readonly inPosition!: boolean;
  /** Signed, base asset; above zero is LONG. */
  readonly quantity!: string;
  readonly entryPrice!: string | null;
  readonly stopLossPrice!: string | null;
  readonly takeProfitPrice!: string | null;
  readonly trailingStopPrice!: string | null;
  /** The highest since the position was opened, of a spot bot with a trailing stop; null elsewhere: the exchange follows it. */
  readonly maxPriceSinceEntry!: string | null;
  readonly protections!: readonly RestingProtection[];
  /** Since when the position has had no live stop that covers it; null where it has one or wants none. */
  readonly unprotectedSinceMs!: number | null;
  /** Of the UTC day: net of fills, fees and funding, and entries. */
  readonly day!: string;
  readonly dailyPnl!: string;
  readonly dailyTrades!: number;
  /** Fills whose fee is in an asset without a price: their fees are missing in every sum of the bot. */
  readonly unpricedFees!: number;
  readonly limits!: readonly BotLimitUse[];
  readonly openOrders!: readonly string[];
  readonly lastStep!: LastStep | null;
  readonly lastRunAtMs!: number | null;
  readonly lastError!: string | null;
  readonly fault!: BotFault | null;
  /** Of the newest stop. */
  readonly stopId!: string | null;
  /** What `keep` left, or the exchange refused to close. */
  readonly remainder!: { readonly orders: readonly string[]; readonly position: string } | null;
  readonly asOfMs!: number;
}

/** Redis hash of BotStateView as JSON by bot id: a copy that the supervisor writes at each change and at least every 5 s. */
export const BOT_STATES_KEY = 'ELVIS_BOT_STATES';

export class GetBotStates {
  /** Only this one. */
  @IsOptional() @IsUUID() readonly botConfigId?: string;
}

/** As the supervisor has them; a bot that never ran is not among them. */
export const getBotStates = query<GetBotStates, { readonly items: readonly BotStateView[] }>(
  'elvis.query.bots.states',
  GetBotStates,
);

/** Each change of a state, and each second while a bot has a position. */
export const botStateFeed = marketFeed('elvis.presence.bot-state', BotStateView);
