/**
 * The spot user events, which Binance sends on the connection to its WebSocket API once they were asked for with a
 * signature. Open only counts what was confirmed: a connection without the subscription would be silence taken for peace.
 */
import {
  SpotExecutionReport,
  SpotUserMessage,
  StreamConnection,
  parseLossless,
  spotUserDataSubscription,
} from '@elvis/binance';
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../../../execution.config';
import { ExchangeClock } from '../../../limiter/clock/exchange-clock';
import { SpotUserStream, UserStreamHandlers } from '../../user-stream';
import { toSpotAccountChange } from '../binance-account';
import { toSpotOrderUpdate } from './spot-orders';
import { Refusals } from '../refusals';

/** The exchange pings every 20 seconds. */
const SILENCE_LIMIT_MS = 60_000;
/** What was refused is asked again at this pace: first soon, then as one asks a server that does not have it. */
const SOON_MS = 250;
const LATER_MS = 15_000;

@Injectable()
export class BinanceSpotUserStream extends SpotUserStream {
  private connection: StreamConnection | undefined;
  private readonly refusals = new Refusals();

  constructor(
    private readonly config: ExecutionConfig,
    private readonly clock: ExchangeClock,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  start(handlers: UserStreamHandlers): void {
    this.stop();
    this.refusals.reset();
    const connection = new StreamConnection(
      { url: () => this.address(), silenceLimitMs: SILENCE_LIMIT_MS, overlapMs: 0 },
      {
        onOpen: () => this.subscribe(connection),
        onLost: (reason) => {
          handlers.onLost(reason);
          if (this.refusals.countRefusal()) handlers.onRefused(reason);
        },
        onMessage: (text) => this.readMessage(text, connection, handlers),
        onAlive: (sinceMs) => handlers.onAlive(sinceMs),
      },
    );
    this.connection = connection;
    connection.start();
  }

  stop(): void {
    this.connection?.stop();
    this.connection = undefined;
  }

  reconnect(reason: string): void {
    this.connection?.reconnect(reason);
  }

  private async address(): Promise<string> {
    await this.clock.whenKnown();
    return `${this.config.BINANCE_SPOT_WS_URL}/ws-api/v3`;
  }

  private subscribe(connection: StreamConnection): void {
    const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret } = this.config;
    try {
      connection.send(spotUserDataSubscription({ apiKey, apiSecret }, this.clock.now()));
    } catch {
      this.dropConnection(connection, 'the time of the exchange is not known yet');
    }
  }

  private readMessage(text: string, connection: StreamConnection, handlers: UserStreamHandlers): void {
    try {
      const { event, status, error } = parseLossless(text) as SpotUserMessage;
      if (status === 200) {
        this.refusals.reset();
        return handlers.onOpen();
      }
      if (status !== undefined)
        return this.dropConnection(
          connection,
          `the exchange refused the subscription: ${error?.msg ?? status}`,
        );
      switch (event?.e) {
        case 'executionReport':
          return handlers.onOrder(toSpotOrderUpdate(event as unknown as SpotExecutionReport));
        case 'outboundAccountPosition':
          return handlers.onAccount(toSpotAccountChange(event));
        case 'balanceUpdate':
          return handlers.onAccount({ balances: [], positions: [], atMs: event.E });
        case 'eventStreamTerminated':
        case 'serverShutdown':
          return this.dropConnection(connection, event.e);
      }
    } catch (error) {
      this.log.error(
        { err: error },
        'An event of the spot user stream could not be read; the account is fetched by REST instead',
      );
      this.dropConnection(connection, 'an unreadable event');
    }
  }

  /** A connection that cannot be used is replaced. */
  private dropConnection(connection: StreamConnection, reason: string): void {
    const afterMs = this.refusals.areMany ? LATER_MS : SOON_MS;
    setTimeout(() => connection.reconnect(reason), afterMs).unref();
  }
}
