/**
 * Depth snapshots and candles of the exchange whose market streams are watched, where the orders go to another one: only
 * its own fit its update ids and its trades. They are public, so no key of ours is shown there, and nothing of it counts at the
 * exchange that is traded; what that host orders to wait is waited.
 */
import { AnswerKind, FuturesDepth, classifyAnswer, parseLossless } from '@elvis/binance';
import { DepthSnapshot, ExchangeCandle } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../../../execution.config';
import { klineTerms, readKlines } from '../klines';

const TIMEOUT_MS = 5_000;
/** Where the host does not say how long it wants to be left alone. */
const SILENT_MS = 60_000;
const ORDERED_TO_WAIT: ReadonlySet<AnswerKind> = new Set(['BANNED', 'WEIGHT_LIMITED', 'BLOCKED']);

@Injectable()
export class StreamsRest {
  /** By the process's own clock. */
  private silentUntil = 0;

  constructor(private readonly config: ExecutionConfig) {}

  /** Whether the streams are another exchange's than the orders. */
  get isElsewhere(): boolean {
    return this.config.BINANCE_DEPTH_URL !== undefined;
  }

  /** @throws TradingFailure */
  async depth(symbol: string, limit: number): Promise<DepthSnapshot> {
    const answer = await this.read('/fapi/v1/depth', { symbol, limit }, `the order book of ${symbol}`);
    const { lastUpdateId, bids, asks } = (answer ?? {}) as Partial<FuturesDepth>;
    if (lastUpdateId === undefined || !bids || !asks) throw this.gaveNothing(`the order book of ${symbol}`);
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }

  /** @throws TradingFailure */
  async candles(terms: ReturnType<typeof klineTerms>): Promise<readonly ExchangeCandle[]> {
    return readKlines(await this.read('/fapi/v1/klines', terms, `candles of ${terms.symbol}`));
  }

  private async read(
    path: string,
    parameters: Readonly<Record<string, string | number>>,
    what: string,
  ): Promise<unknown> {
    const waitMs = this.silentUntil - performance.now();
    if (waitMs > 0)
      throw new TradingFailure(
        'VENUE_FROZEN',
        `The exchange that gives market data has rate-limited this IP; ${what} was not read. Retry later`,
        { retryAfterMs: Math.ceil(waitMs) },
      );
    const texts = Object.entries(parameters).map(([name, value]): [string, string] => [name, `${value}`]);
    const query = new URLSearchParams(texts).toString();
    // eslint-disable-next-line no-restricted-globals -- not the exchange that is traded: its limits are its own
    const answer = await fetch(`${this.origin}${path}?${query}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => unreachable(what, error));
    const text = await answer.text().catch((error: unknown) => unreachable(what, error));
    const body = parsed(text);
    const { kind, message, wait } = classifyAnswer('futures', {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
      text,
    });
    if (ORDERED_TO_WAIT.has(kind)) this.silentUntil = performance.now() + (wait?.retryAfterMs ?? SILENT_MS);
    if (answer.status !== 200 || body === undefined)
      throw this.gaveNothing(`${what} (HTTP ${answer.status}: ${message})`);
    return body;
  }

  private get origin(): string {
    return (this.config.BINANCE_DEPTH_URL ?? '').replace(/\/+$/, '');
  }

  private gaveNothing(what: string): TradingFailure {
    return new TradingFailure(
      'VENUE_UNREACHABLE',
      `${this.origin} did not give ${what}; nothing was read. Retry`,
      { retryAfterMs: 1_000 },
    );
  }
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

function unreachable(what: string, error: unknown): never {
  throw new TradingFailure(
    'VENUE_UNREACHABLE',
    `The exchange that gives market data does not answer; ${what} was not read. Retry`,
    {
      cause: error,
      retryAfterMs: 1_000,
    },
  );
}
