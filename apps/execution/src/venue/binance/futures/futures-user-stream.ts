/**
 * The futures user-data stream: a shared listen key, kept alive and never deleted, on a supervised connection that is
 * renewed with an overlap before the exchange ends it.
 */
import {
  FuturesAlgoUpdate,
  FuturesOrderUpdate,
  FuturesUserEvent,
  futures,
  parseLossless,
} from '@elvis/binance';
import { LOG, Log, VenueStream } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExecutionConfig } from '../../../execution.config';
import { askedBy } from '../../../limiter/calls/asker';
import { ExchangeCalls, NotDone } from '../../../limiter/calls/exchange-calls';
import { ExchangeClock } from '../../../limiter/clock/exchange-clock';
import { UserStream, UserStreamHandlers } from '../../user-stream';
import { toAccountChange } from '../binance-account';
import { toAlgoOrderUpdate, toOrderUpdate } from '../binance-orders';
import { Refusals } from '../refusals';
import { USER_EVENTS, userStreamRules } from '../user-stream-rules';

/** The key lives 60 minutes; the documentation advises to extend it about hourly. */
const EXTEND_EVERY_MS = 25 * 60_000;
/** The exchange pings every 3 minutes even when nothing happens. */
const RULES = userStreamRules(200_000);

@Injectable()
export class BinanceUserStream extends UserStream {
  private stream: VenueStream | undefined;
  private keepAlive: NodeJS.Timeout | undefined;
  private readonly refusals = new Refusals();

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  start(handlers: UserStreamHandlers): void {
    this.stop();
    this.refusals.reset();
    this.stream = new VenueStream(
      { address: async () => ({ url: await this.address(), carried: [USER_EVENTS] }) },
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
    this.keepAlive = setInterval(() => void this.extend(), EXTEND_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.keepAlive);
    this.stream?.stop();
    this.stream = undefined;
  }

  reconnect(reason: string): void {
    this.stream?.replace('asked', reason);
  }

  private async address(): Promise<string> {
    await this.clock.whenKnown();
    const { listenKey } = (await askedBy('user-stream', () =>
      this.calls.call(futures.createListenKey()),
    )) as { listenKey: string };
    if (typeof listenKey !== 'string')
      throw new Error(
        'the exchange answered without a listen key, so the user stream is not open; opening it is retried',
      );
    return `${this.config.BINANCE_FUTURES_WS_URL}/private/ws?listenKey=${encodeURIComponent(listenKey)}`;
  }

  private async extend(): Promise<void> {
    try {
      await askedBy('user-stream', () => this.calls.call(futures.extendListenKey()));
    } catch (error) {
      const reason = error instanceof NotDone ? error.answer.message : (error as Error).message;
      this.log.warn(
        { reason },
        'The listen key of the user stream could not be extended; the stream is reconnected with a new one',
      );
      this.stream?.replace('asked', 'the listen key could not be extended');
    }
  }

  private readMessage(text: string, handlers: UserStreamHandlers): void {
    try {
      const event = parseLossless(text) as FuturesUserEvent;
      if (isOfHedgeMode(event)) handlers.onModes('an order with a position side of hedge mode');
      switch (event.e) {
        case 'ORDER_TRADE_UPDATE':
          return handlers.onOrder(toOrderUpdate(event.o as FuturesOrderUpdate, event.T ?? event.E));
        case 'ALGO_UPDATE': {
          const update = toAlgoOrderUpdate(event.o as FuturesAlgoUpdate, event.T ?? event.E);
          return update ? handlers.onOrder(update) : undefined;
        }
        case 'ACCOUNT_UPDATE':
          return handlers.onAccount(toAccountChange(event));
        case 'ACCOUNT_CONFIG_UPDATE':
          if (event.ai) handlers.onModes('the asset mode was switched');
          return event.ac ? handlers.onLeverage(event.ac.s, event.ac.l) : undefined;
        case 'listenKeyExpired':
          return this.stream?.replace('asked', 'the listen key expired');
      }
    } catch (error) {
      this.log.error(
        { err: error },
        'An event of the user stream could not be read; the account is fetched by REST instead',
      );
      this.stream?.replace('asked', 'an unreadable event');
    }
  }
}

/** Positions and orders of an account in one-way mode are of the side BOTH. */
const isOfHedgeMode = ({ a, o }: FuturesUserEvent): boolean =>
  [...(a?.P ?? []), ...(o ? [o] : [])].some(({ ps }) => ps === 'LONG' || ps === 'SHORT');
