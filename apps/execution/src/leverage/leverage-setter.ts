/**
 * Leverage is set and read back before the first order on a symbol leaves; Binance gives a fresh symbol 20x. What was
 * confirmed stands in Redis for the whole fleet, and counts until the exchange says that somebody changed it.
 *
 * Drift is never quietly set right while it may matter: it is an event, and risk takes the symbol to REDUCING.
 */
import { leverageDrifted } from '@elvis/contracts';
import { EventLog, LOG, Log, Redis, Rounds, SharedWork } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { askedBy } from '../limiter/calls/asker';
import { FuturesLeverage } from '../venue/futures-leverage';

/** Hash `<symbol>` -> leverage that was set and read back; deleted when the exchange says it changed. */
const KEY = 'ELVIS_LEVERAGE';
/** How long this replica may believe what it read; a drift reaches every replica within this. */
const FRESH_MS = 250;
/** So that an order finds a fresh reading and waits for none. */
const READ_EVERY_MS = 200;

@Injectable()
export class LeverageSetter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly read = new Map<string, { readonly leverage: number; readonly at: number }>();
  private readonly underWay = new SharedWork();
  private readonly readings = new Rounds(async () => {
    await this.readAll().catch(() => undefined);
    return READ_EVERY_MS;
  });

  constructor(
    private readonly venue: FuturesLeverage,
    private readonly redis: Redis,
    private readonly events: EventLog,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.readings.start(0);
  }

  onModuleDestroy(): void {
    this.readings.stop();
  }

  /**
   * Returns once the exchange has confirmed exactly this leverage for the symbol.
   *
   * @throws TradingFailure LEVERAGE_REFUSED the exchange keeps another value; nothing may be sent
   * @throws TradingFailure UNAVAILABLE kinds the exchange could not be asked; nothing was sent
   */
  async ensure(symbol: string, leverage: number): Promise<void> {
    if ((await this.confirmed(symbol)) === leverage) return;
    await this.underWay.run(`${symbol}:${leverage}`, () =>
      askedBy('leverage', () => this.setAndReadBack(symbol, leverage)),
    );
  }

  /** The exchange tells of a value; anything but the confirmed one is drift, and makes the next order ask again. */
  async checkForDrift(symbol: string, found: number): Promise<void> {
    const confirmed = Number(await this.redis.hget(KEY, symbol));
    if (!confirmed || confirmed === found || this.isBeingSet(symbol)) return;
    await this.redis.hdel(KEY, symbol);
    this.read.delete(symbol);
    this.log.error(
      { alert: 'leverage-drift', symbol, confirmed, found },
      'Leverage was changed outside Elvis; it is checked again before the next order that opens a position',
    );
    await this.events.publish(leverageDrifted, { symbol, confirmed, found });
  }

  /** What was confirmed, by symbol. @throws when Redis is unavailable */
  async readConfirmed(): Promise<ReadonlyMap<string, number>> {
    const values = Object.entries(await this.redis.hgetall(KEY));
    return new Map(values.map(([symbol, leverage]) => [symbol, Number(leverage)]));
  }

  private async readAll(): Promise<void> {
    const at = performance.now();
    const confirmed = await this.readConfirmed();
    for (const [symbol, { at: knownAt }] of this.read)
      if (knownAt < at && !confirmed.has(symbol)) this.read.delete(symbol);
    for (const [symbol, leverage] of confirmed)
      if ((this.read.get(symbol)?.at ?? 0) < at) this.read.set(symbol, { leverage, at });
  }

  private async confirmed(symbol: string): Promise<number | undefined> {
    const known = this.read.get(symbol);
    if (known && performance.now() - known.at < FRESH_MS) return known.leverage;
    const leverage = Number(await this.redis.hget(KEY, symbol).catch(() => null));
    if (!leverage) return undefined;
    this.read.set(symbol, { leverage, at: performance.now() });
    return leverage;
  }

  private isBeingSet(symbol: string): boolean {
    return this.underWay.keys.some((key) => key.startsWith(`${symbol}:`));
  }

  private async setAndReadBack(symbol: string, leverage: number): Promise<void> {
    if ((await this.venue.leverageOf(symbol)) !== leverage) await this.venue.setLeverage(symbol, leverage);
    const found = await this.venue.leverageOf(symbol);
    if (found !== leverage) {
      throw new TradingFailure(
        'LEVERAGE_REFUSED',
        `The leverage of ${symbol} at the exchange is ${found}x instead of ${leverage}x, so no order was sent. Set the leverage again`,
      );
    }
    await this.redis.hset(KEY, symbol, leverage).catch(() => undefined);
    this.read.set(symbol, { leverage, at: performance.now() });
    this.log.info(
      { symbol, leverage },
      'The leverage of a symbol was set at the exchange and confirmed by reading it back',
    );
  }
}
