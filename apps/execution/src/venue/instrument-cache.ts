/**
 * What the exchange lists, and by which rules: read every minute and a half by one replica for the whole fleet, and at once
 * when an order is refused in a way that only a changed rule explains. Its time is that of the exchange's answer.
 */
import { LOG, Log, Redis, SharedWork } from '@elvis/platform';
import {
  Instrument,
  InstrumentMessage,
  Market,
  TradingFailure,
  fromInstrumentMessage,
  toInstrumentMessage,
} from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { isRuleRefusal } from '../domain/rule-refusals';
import { ExecutionConfig } from '../execution.config';
import { askedBy } from '../limiter/calls/asker';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { PlacementRefusals } from './placement-refusals';
import { VenueMarkets } from './venue-markets';

/** With the looks below, risk uses nothing that is older than two minutes. */
const REFRESH_MS = 90_000;
/** However many orders are refused for a rule, it is read this often at most. */
const AGAIN_MS = 5_000;
const LOOK_EVERY_MS = 5_000;
/** A reader that died holds nobody up for longer. */
const TURN_MS = 12_000;
const WAIT_EVERY_MS = 100;
/** In Redis it outlives a night without an exchange; anyone who uses it sees its age. */
const LASTS_MS = 24 * 3_600_000;

export interface Listed {
  readonly instruments: readonly Instrument[];
  readonly messages: readonly InstrumentMessage[];
  readonly asOfMs: number;
}

/** Hash: what the exchange lists on a market and by which rules, read every 90 s by one replica. */
const keyOf = (market: Market): string => `ELVIS_INSTRUMENTS:${market}`;

@Injectable()
export class InstrumentCache implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listed = new Map<Market, Listed>();
  private readonly refreshing = new SharedWork<Market, Listed>();
  private readonly doubted = new Set<Market>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly venue: VenueMarkets,
    private readonly redis: Redis,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
    refusals: PlacementRefusals,
    @Inject(LOG) private readonly log: Log,
  ) {
    refusals.listen((refusal) => {
      if (isRuleRefusal(refusal)) this.doubt(refusal.market);
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.refreshDue(), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** The newest list that is known; waits only where there is none. @throws TradingFailure */
  async listedOn(market: Market): Promise<Listed> {
    return this.listed.get(market) ?? this.refresh(market, this.clockOr(0) - REFRESH_MS);
  }

  /** @throws TradingFailure INSTRUMENT_NOT_FOUND, or what a reading throws */
  async findInstrument(market: Market, symbol: string): Promise<InstrumentMessage> {
    const { messages } = await this.listedOn(market);
    const found = messages.find((instrument) => instrument.symbol === symbol);
    if (found) return found;
    throw new TradingFailure(
      'INSTRUMENT_NOT_FOUND',
      `The exchange does not list ${symbol} on the ${market} market; nothing was sent. Check the symbol`,
    );
  }

  /** A rule is not what it was: it is read at once, or as soon as it may be again. */
  private doubt(market: Market): void {
    this.doubted.add(market);
    this.refreshDue();
  }

  private refreshDue(): void {
    for (const market of this.config.markets()) {
      const now = this.clockOr(undefined);
      if (now === undefined) return;
      const newestMs = this.listed.get(market)?.asOfMs ?? 0;
      const isDue = now - newestMs > (this.doubted.has(market) ? AGAIN_MS : REFRESH_MS);
      if (!isDue) continue;
      const sinceMs = this.doubted.delete(market) ? now : now - REFRESH_MS;
      void this.refresh(market, sinceMs).catch((error: Error) =>
        this.log.warn(
          { market, reason: error.message },
          'The list of instruments could not be read from the exchange; the last known list applies. Retrying',
        ),
      );
    }
  }

  /** A list of after that time, read by this replica or by another. */
  private refresh(market: Market, sinceMs: number): Promise<Listed> {
    return this.refreshing.run(market, () => askedBy('instruments', () => this.readSince(market, sinceMs)));
  }

  private async readSince(market: Market, sinceMs: number): Promise<Listed> {
    await this.clock.whenKnown();
    const turn = `${keyOf(market)}:turn`;
    const giveUpAt = performance.now() + TURN_MS;
    for (;;) {
      const shared = await this.readShared(market, sinceMs);
      if (shared) return this.rememberListed(market, shared);
      const isOurTurn = await this.redis.set(turn, '1', 'PX', TURN_MS, 'NX').catch(() => 'OK');
      if (isOurTurn === 'OK' || performance.now() > giveUpAt) break;
      await pause(WAIT_EVERY_MS);
    }
    try {
      const asOfMs = this.clock.now();
      const instruments = await this.venue[market].instruments();
      const listed = { instruments, messages: instruments.map(toInstrumentMessage), asOfMs };
      await this.writeShared(market, listed);
      return this.rememberListed(market, listed);
    } finally {
      await this.redis.del(turn).catch(() => undefined);
    }
  }

  private rememberListed(market: Market, listed: Listed): Listed {
    this.listed.set(market, listed);
    return listed;
  }

  /** What another replica has read since then; without Redis each reads for itself. */
  private async readShared(market: Market, sinceMs: number): Promise<Listed | undefined> {
    try {
      const asOfMs = Number(await this.redis.hget(keyOf(market), 'asOfMs'));
      if (!(asOfMs > sinceMs)) return undefined;
      const text = await this.redis.hget(keyOf(market), 'instruments');
      if (text === null) return undefined;
      const messages = JSON.parse(text) as InstrumentMessage[];
      return { messages, instruments: messages.map(fromInstrumentMessage), asOfMs };
    } catch {
      return undefined;
    }
  }

  private async writeShared(market: Market, { messages, asOfMs }: Listed): Promise<void> {
    try {
      await this.redis.hset(keyOf(market), { instruments: JSON.stringify(messages), asOfMs });
      await this.redis.pexpire(keyOf(market), LASTS_MS);
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'The list of instruments could not be shared through Redis; this replica uses its own',
      );
    }
  }

  private clockOr<Else>(otherwise: Else): number | Else {
    try {
      return this.clock.now();
    } catch {
      return otherwise;
    }
  }
}
