/**
 * Depth snapshots of the exchange whose market streams are watched, where the orders go to another one: only its own
 * snapshot fits its update ids. They are public, so no key of ours is shown there, and nothing of it counts at the
 * exchange that is traded; what that host orders to wait is waited.
 */
import { AnswerKind, FuturesDepth, classifyAnswer, parseLossless } from '@elvis/binance';
import { DepthSnapshot } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../../../execution.config';

const TIMEOUT_MS = 5_000;
/** Where the host does not say how long it wants to be left alone. */
const SILENT_MS = 60_000;
const ORDERED_TO_WAIT: ReadonlySet<AnswerKind> = new Set(['BANNED', 'WEIGHT_LIMITED', 'BLOCKED']);

@Injectable()
export class StreamsDepth {
  /** By the process's own clock. */
  private silentUntil = 0;

  constructor(private readonly config: ExecutionConfig) {}

  /** Whether the streams are another exchange's than the orders. */
  get isElsewhere(): boolean {
    return this.config.BINANCE_DEPTH_URL !== undefined;
  }

  /** @throws TradingFailure */
  async depth(symbol: string, limit: number): Promise<DepthSnapshot> {
    const waitMs = this.silentUntil - performance.now();
    if (waitMs > 0)
      throw new TradingFailure(
        'VENUE_FROZEN',
        'The exchange that gives market data has rate-limited this IP; no order book was read. Retry later',
        {
          retryAfterMs: Math.ceil(waitMs),
        },
      );
    const origin = (this.config.BINANCE_DEPTH_URL ?? '').replace(/\/+$/, '');
    const query = new URLSearchParams({ symbol, limit: `${limit}` }).toString();
    // eslint-disable-next-line no-restricted-globals -- not the exchange that is traded: its limits are its own
    const answer = await fetch(`${origin}/fapi/v1/depth?${query}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => unreachable(error));
    const text = await answer.text().catch((error: unknown) => unreachable(error));
    const { kind, message, wait } = classifyAnswer('futures', {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: parsed(text),
      text,
    });
    if (ORDERED_TO_WAIT.has(kind)) this.silentUntil = performance.now() + (wait?.retryAfterMs ?? SILENT_MS);
    const { lastUpdateId, bids, asks } = (parsed(text) ?? {}) as Partial<FuturesDepth>;
    if (answer.status !== 200 || lastUpdateId === undefined || !bids || !asks)
      throw new TradingFailure(
        'VENUE_UNREACHABLE',
        `${origin} did not give the order book of ${symbol} (HTTP ${answer.status}: ${message}); no order book was read. Retry`,
        { retryAfterMs: 1_000 },
      );
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

function unreachable(error: unknown): never {
  throw new TradingFailure(
    'VENUE_UNREACHABLE',
    'The exchange that gives market data does not answer; no order book was read. Retry',
    {
      cause: error,
      retryAfterMs: 1_000,
    },
  );
}
