/**
 * What the exchange lists, asked of execution and kept: refreshed every few minutes, retried each second until it
 * is first known. Too old a list is no list.
 */
import { listInstruments } from '@elvis/contracts';
import { Bus, Health, LOG, Log } from '@elvis/platform';
import { Instrument, Market, TradingFailure, fromInstrumentMessage } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock';

const REFRESH_MS = 300_000;
const RETRY_MS = 1_000;
/** exchangeInfo changes daily at most; after this long without an answer nobody knows what it says. */
const USABLE_MS = 24 * 3_600_000;

@Injectable()
export class Instruments implements OnApplicationBootstrap, OnModuleDestroy {
  private bySymbol: ReadonlyMap<string, Instrument> | undefined;
  private readAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    health.require('instruments', () => (this.bySymbol ? undefined : 'what can be traded is not known yet'));
  }

  /**
   * The instrument, or undefined if the exchange does not list it.
   *
   * @throws TradingFailure VENUE_UNREACHABLE what the exchange lists is not known
   */
  find(market: Market, symbol: string): Instrument | undefined {
    if (!this.bySymbol || this.clock.monotonicMs() - this.readAtMs > USABLE_MS) {
      throw new TradingFailure('VENUE_UNREACHABLE', 'What the exchange lists is not known yet', {
        retryAfterMs: RETRY_MS,
      });
    }
    return market === 'futures' ? this.bySymbol.get(symbol) : undefined;
  }

  onApplicationBootstrap(): void {
    void this.refresh();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  private async refresh(): Promise<void> {
    let pauseMs = RETRY_MS;
    try {
      const { instruments } = await this.bus.request(listInstruments, { market: 'futures' });
      this.bySymbol = new Map(instruments.map((message) => [message.symbol, fromInstrumentMessage(message)]));
      this.readAtMs = this.clock.monotonicMs();
      pauseMs = REFRESH_MS;
    } catch (error) {
      this.log.debug({ err: error }, 'Execution does not tell what can be traded; asking again');
    }
    if (!this.isStopping) this.timer = setTimeout(() => void this.refresh(), pauseMs);
  }
}
