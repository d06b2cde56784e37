/**
 * The spot user events, which Binance sends on the connection to its WebSocket API once they were asked for with a
 * signature. Open only counts what was confirmed: a connection without the subscription would be silence taken for peace.
 */
import {
  SpotExecutionReport,
  SpotUserMessage,
  parseLossless,
  spotUserDataSubscription,
} from '@elvis/binance';
import { ControlMessage, LOG, Log, VenueStream } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../../../execution.config';
import { ExchangeClock } from '../../../limiter/clock/exchange-clock';
import { SpotUserStream, UserStreamHandlers } from '../../user-stream';
import { toSpotAccountChange } from '../binance-account';
import { toSpotOrderUpdate } from './spot-orders';
import { Refusals } from '../refusals';
import { USER_EVENTS, userStreamRules } from '../user-stream-rules';

/** The exchange pings every 20 seconds. */
const RULES = userStreamRules(60_000);

@Injectable()
export class BinanceSpotUserStream extends SpotUserStream {
  private stream: VenueStream | undefined;
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
    this.stream = new VenueStream(
      {
        address: async () => ({ url: await this.address(), carried: [] }),
        subscribe: () => [JSON.stringify(this.subscription())],
        control: readControl,
      },
      {
        onLive: () => {
          this.refusals.reset();
          handlers.onOpen();
        },
        onLost: (_, reason) => {
          handlers.onLost(reason);
          if (this.refusals.countRefusal()) handlers.onRefused(reason);
        },
        onText: (text) => this.readMessage(text, handlers),
        onAlive: (sinceMs) => handlers.onAlive(sinceMs),
      },
      RULES,
    );
    this.stream.want([USER_EVENTS]);
  }

  stop(): void {
    this.stream?.stop();
    this.stream = undefined;
  }

  reconnect(reason: string): void {
    this.stream?.replace('asked', reason);
  }

  private async address(): Promise<string> {
    await this.clock.whenKnown();
    return `${this.config.BINANCE_SPOT_WS_URL}/ws-api/v3`;
  }

  /** @throws TradingFailure CLOCK_UNCERTAIN */
  private subscription(): object {
    const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret } = this.config;
    return spotUserDataSubscription({ apiKey, apiSecret }, this.clock.now());
  }

  private readMessage(text: string, handlers: UserStreamHandlers): void {
    try {
      const { event } = parseLossless(text) as SpotUserMessage;
      switch (event?.e) {
        case 'executionReport':
          return handlers.onOrder(toSpotOrderUpdate(event as unknown as SpotExecutionReport));
        case 'outboundAccountPosition':
          return handlers.onAccount(toSpotAccountChange(event));
        case 'balanceUpdate':
          return handlers.onAccount({ balances: [], positions: [], atMs: event.E });
        case 'eventStreamTerminated':
        case 'serverShutdown':
          return this.reconnect(event.e);
      }
    } catch (error) {
      this.log.error(
        { err: error },
        'An event of the spot user stream could not be read; the account is fetched by REST instead',
      );
      this.reconnect('an unreadable event');
    }
  }
}

/** Answers carry a status, events carry none. */
function readControl(text: string): ControlMessage | undefined {
  if (text.includes('"event":')) return undefined;
  try {
    const { status, error } = parseLossless(text) as SpotUserMessage;
    if (status === undefined) return undefined;
    if (status === 200) return { confirmed: [USER_EVENTS] };
    return {
      refused: [USER_EVENTS],
      reason: `the exchange refused the subscription: ${error?.msg ?? status}`,
    };
  } catch {
    return undefined;
  }
}
