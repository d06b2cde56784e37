/** The futures user-data stream: a shared listen key, kept alive and never deleted, on a supervised connection. */
import { FuturesUserEvent, StreamConnection, futures, parseLossless } from '@elvis/binance';
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../execution.config';
import { ExchangeCalls } from '../limiter/exchange-calls';
import { UserStream, UserStreamHandlers } from '../user-stream';
import { toNews } from './binance-orders';

/** The key lives 60 minutes; the documentation advises to extend it about hourly. */
const EXTEND_EVERY_MS = 25 * 60_000;
/** The exchange pings every 3 minutes even when nothing happens. */
const SILENCE_LIMIT_MS = 200_000;

@Injectable()
export class BinanceUserStream extends UserStream {
  private connection: StreamConnection | undefined;
  private keepAlive: NodeJS.Timeout | undefined;

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  start(handlers: UserStreamHandlers): void {
    this.stop();
    this.connection = new StreamConnection(
      { url: () => this.address(), silenceLimitMs: SILENCE_LIMIT_MS },
      {
        onOpen: handlers.onOpen,
        onLost: handlers.onLost,
        onMessage: (text) => this.read(text, handlers),
      },
    );
    this.connection.start();
    this.keepAlive = setInterval(() => void this.extend(), EXTEND_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.keepAlive);
    this.connection?.stop();
    this.connection = undefined;
  }

  private async address(): Promise<string> {
    const { listenKey } = (await this.calls.call(futures.createListenKey())) as { listenKey: string };
    return `${this.config.BINANCE_FUTURES_WS_URL}/private/ws?listenKey=${encodeURIComponent(listenKey)}`;
  }

  private async extend(): Promise<void> {
    try {
      await this.calls.call(futures.extendListenKey());
    } catch (error) {
      this.log.warn(
        { reason: (error as Error).message },
        'The listen key could not be extended; connecting anew',
      );
      this.connection?.renew('the listen key could not be extended');
    }
  }

  private read(text: string, handlers: UserStreamHandlers): void {
    try {
      const event = parseLossless(text) as FuturesUserEvent;
      if (event.e === 'ORDER_TRADE_UPDATE' && event.o) handlers.onOrder(toNews(event.o));
      else if (event.e === 'ACCOUNT_CONFIG_UPDATE' && event.ac) handlers.onLeverage(event.ac.s, event.ac.l);
      else if (event.e === 'listenKeyExpired') this.connection?.renew('the listen key expired');
    } catch (error) {
      this.log.error({ err: error }, 'A user event could not be read; reading the truth from REST instead');
      this.connection?.renew('an unreadable event');
    }
  }
}
