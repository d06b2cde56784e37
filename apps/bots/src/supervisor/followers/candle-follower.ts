/** Makes a step due for each bot whose candle a sealed minute closes. A corrected minute makes none. */
import { BOTS_CANDLES_CONSUMER, BotStanding, CANDLE_STREAM, SealedCandle } from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { CandleInterval, MINUTE_MS, intervalEnd, intervalStart } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { BotsConfig } from '../../bots.config';
import { ExchangeTime } from '../../facts/exchange-time';
import { BotWrite } from '../../journal/bot-journal';
import { isLive, stepDue } from '../../journal/changes';
import { BotChanges } from '../bot-changes';
import { BotIndex } from '../bot-index';
import { inOrderOf } from './in-order';
import { StreamFollower } from './stream-follower';

const GATHER_MS = 1;
/** A bot that waits for so many steps is given no more; candles wait in their stream. */
const MOST_DUE = 256;
const codec = JSONCodec<SealedCandle>();

@Injectable()
export class CandleFollower extends StreamFollower {
  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    private readonly config: BotsConfig,
    @Inject(NATS) nats: NatsConnection,
    @Inject(LOG) log: Log,
  ) {
    super(nats, log, {
      stream: CANDLE_STREAM,
      consumer: BOTS_CANDLES_CONSUMER,
      maxWaitMs: GATHER_MS,
      whenFailed:
        'Sealed candles could not be read, or steps of bots not made due; it is tried again, and steps come late',
    });
  }

  protected async handle(messages: readonly JsMsg[]): Promise<void> {
    await inOrderOf(
      messages,
      ({ subject }) => subject,
      async (message) => {
        await this.step(codec.decode(message.data));
        message.ack();
      },
    );
  }

  private async step(candle: SealedCandle): Promise<void> {
    if (candle.revision !== 1) return;
    const concerned = this.index
      .all()
      .filter(({ standing }) => isConcerned(standing, candle) && isLive(standing));
    await Promise.all(
      concerned.map(({ standing }) =>
        this.changes.change(standing.config.id, ({ standing: now }) => this.dueOf(now, candle)),
      ),
    );
  }

  /** Undefined where this candle makes no step due, or has done so. */
  private dueOf(standing: BotStanding, minute: SealedCandle): BotWrite | undefined {
    const { market, symbol, interval } = standing.config;
    const openTimeMs = intervalStart(interval, minute.openTimeMs);
    if (!isLive(standing) || openTimeMs <= standing.lastCandleMs) return undefined;
    if (standing.due.length >= MOST_DUE)
      throw new Error(
        `The bot ${standing.config.id} has ${MOST_DUE} steps due; candles wait until it has taken some`,
      );
    const { market: _market, symbol: _symbol, interval: _interval, ...figures } = minute;
    const closedMs = intervalEnd(interval, openTimeMs);
    return stepDue(standing, {
      cause: 'candle',
      causeId: `${symbol}:${interval}:${openTimeMs}`,
      candle: { market, symbol, interval, openTimeMs, revision: minute.revision },
      minute: figures,
      dueAtMs: this.time.nowMs(),
      decideByMs: closedMs + this.config.BOT_DECIDE_WITHIN_MS,
    });
  }
}

function isConcerned({ config }: BotStanding, { market, symbol, openTimeMs }: SealedCandle): boolean {
  return (
    config.market === market && config.symbol === symbol && closes(config.interval, openTimeMs + MINUTE_MS)
  );
}

const closes = (interval: CandleInterval, endMs: number): boolean => intervalStart(interval, endMs) === endMs;
