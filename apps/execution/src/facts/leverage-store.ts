/** The leverage that the exchange has for each symbol, as last read or told by its stream, in Redis for the fleet. */
import { Redis, redisAnswer } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { KnownAccount } from '../domain/known-account';

/** Hash `<symbol>` -> leverage that the exchange has, as last read or streamed; 120 s. */
const KEY = 'ELVIS_VENUE_LEVERAGES';
/** No symbol is called so. */
const READ_AT_FIELD = ':readAtMs';
const LASTS_MS = 120_000;
/** For the account as it is written with every fill; what this replica changes itself it knows at once. */
const FRESH_MS = 250;

export interface StoredLeverages {
  readonly bySymbol: ReadonlyMap<string, number>;
  /** Exchange time. */
  readonly readAtMs: number;
}

@Injectable()
export class LeverageStore {
  private recent: { readonly at: number; readonly bySymbol: ReadonlyMap<string, string | null> } | undefined;

  constructor(private readonly redis: Redis) {}

  /** Undefined if they have not been read lately. @throws when Redis is unavailable */
  async readLeverages(): Promise<StoredLeverages | undefined> {
    const { [READ_AT_FIELD]: readAtMs, ...values } = await redisAnswer(this.redis.hgetall(KEY));
    if (readAtMs === undefined) return undefined;
    const rows = Object.entries(values).map(([symbol, leverage]) => [symbol, Number(leverage)] as const);
    return { bySymbol: new Map(rows), readAtMs: Number(readAtMs) };
  }

  /** @throws when Redis is unavailable */
  async writeLeverages(bySymbol: ReadonlyMap<string, number>, readAtMs: number): Promise<void> {
    await this.redis.hset(KEY, { ...Object.fromEntries(bySymbol), [READ_AT_FIELD]: Math.floor(readAtMs) });
    await this.redis.pexpire(KEY, LASTS_MS);
    this.recent = undefined;
  }

  /** One of them was set, or told by the stream; where none have been read there is nothing to change. */
  async changeLeverage(symbol: string, leverage: number): Promise<void> {
    if (await this.redis.exists(KEY)) await this.redis.hset(KEY, symbol, leverage);
    this.recent = undefined;
  }

  /** The account with the leverage of what is held. @throws TradingFailure STORE_UNAVAILABLE */
  async withLeverages(known: KnownAccount): Promise<KnownAccount> {
    if (known.positions.length === 0) return known;
    const bySymbol = await this.stored(known.positions.map(({ symbol }) => symbol));
    const positions = known.positions.map((position) => {
      const leverage = Number(bySymbol.get(position.symbol) ?? position.leverage);
      return Number.isInteger(leverage) ? { ...position, leverage } : position;
    });
    return { ...known, positions };
  }

  private async stored(symbols: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const { recent } = this;
    const at = performance.now();
    if (recent && at - recent.at < FRESH_MS && symbols.every((symbol) => recent.bySymbol.has(symbol)))
      return recent.bySymbol;
    const values = await redisAnswer(this.redis.hmget(KEY, ...symbols));
    const bySymbol = new Map(symbols.map((symbol, place) => [symbol, values[place] ?? null]));
    this.recent = { at, bySymbol };
    return bySymbol;
  }
}
