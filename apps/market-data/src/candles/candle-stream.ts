/**
 * Puts sealed minutes on `ELVIS_CANDLES`, in the order in which they were sealed and until each is stored; a copy of what
 * another replica has put there changes nothing.
 */
import { CANDLE_STREAM, SealedCandle, candleMessageId, candleRevised, candleSubject } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics, NATS } from '@elvis/platform';
import { Market, SealedMinute } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { JSONCodec, NatsConnection, NatsError } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';

const PUBLISH_TIMEOUT_MS = 5_000;
const RETRY_MS = 1_000;
const NOT_FOUND = '404';
const codec = JSONCodec<SealedCandle>();

@Injectable()
export class CandleStream implements OnModuleDestroy {
  private readonly waiting: SealedCandle[] = [];
  private sending = false;
  private stopped = false;
  private readonly sealed;
  private readonly revised;
  private readonly delays;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    private readonly events: EventLog,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.sealed = metrics.counter('elvis_candles_sealed_total', 'Minutes that were sealed', ['by']);
    this.revised = metrics.counter('elvis_candles_revised_total', 'Sealed minutes that were corrected');
    this.delays = metrics.histogram(
      'elvis_candles_seal_delay_seconds',
      'From the end of a minute to its place in the stream',
      [0.1, 0.5, 1, 2, 5, 15, 60, 300],
    );
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Returns at once; they are sent behind it. */
  put(candles: readonly SealedCandle[]): void {
    this.waiting.push(...candles);
    if (!this.sending) void this.sendAll();
  }

  /** The newest of a symbol; undefined if the stream has none. @throws NatsError */
  async last(market: Market, symbol: string): Promise<SealedMinute | undefined> {
    try {
      const manager = await this.nats.jetstreamManager({ checkAPI: false });
      const message = await manager.streams.getMessage(CANDLE_STREAM, {
        last_by_subj: candleSubject(market, symbol),
      });
      return codec.decode(message.data);
    } catch (error) {
      if (error instanceof NatsError && error.code === NOT_FOUND) return undefined;
      throw error;
    }
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    for (;;) {
      const [candle] = this.waiting;
      if (!candle || this.stopped) break;
      try {
        await this.send(candle);
        this.waiting.shift();
      } catch (error) {
        this.log.warn(
          { err: error, waiting: this.waiting.length },
          'A sealed candle could not be put on its stream; it is tried again, and the ones behind it wait',
        );
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
    this.sending = false;
  }

  private async send(candle: SealedCandle): Promise<void> {
    const { market, symbol, openTimeMs, revision, close, volume, trades, sealedBy } = candle;
    await this.nats.jetstream().publish(candleSubject(market, symbol), codec.encode(candle), {
      msgID: candleMessageId(candle),
      timeout: PUBLISH_TIMEOUT_MS,
    });
    if (revision === 1) {
      this.sealed.inc({ by: sealedBy });
      this.delays.observe(Math.max(0, Date.now() - openTimeMs - 60_000) / 1_000);
      return;
    }
    this.revised.inc();
    this.log.error(
      { market, symbol, openTimeMs, revision },
      'A trade came after its minute had been sealed; the candle has another revision now, and no bot decides on it again',
    );
    await this.events.publish(
      candleRevised,
      { market, symbol, openTimeMs, revision, close, volume, trades },
      { id: `${candleMessageId(candle)}:revised` },
    );
  }
}
