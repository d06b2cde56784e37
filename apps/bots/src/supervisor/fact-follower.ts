/** Applies what happens to orders to the bots whose orders they are, in the order of the events' stream. */
import {
  BOTS_FACTS_CONSUMER,
  EVENT_STREAM,
  EventEnvelope,
  ExternalFillSeen,
  ORDER_EVENTS,
  OrderFilled,
  externalFillSeen,
} from '@elvis/contracts';
import { LOG, Log, NATS, StreamReader } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { BotsConfig } from '../bots.config';
import { ExchangeTime } from '../facts/exchange-time';
import { isLive, paused } from '../journal/changes';
import { factApplied } from '../journal/order-facts';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';

const BATCH = 500;
const GATHER_MS = 1;
const ORDER_TYPES = new Set<string>(ORDER_EVENTS.map(({ type }) => type));
const codec = JSONCodec<EventEnvelope>();

@Injectable()
export class FactFollower {
  private reader: StreamReader | undefined;

  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    private readonly config: BotsConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {}

  start(): void {
    const reader = new StreamReader(this.nats);
    this.reader = reader;
    const options = { size: BATCH, maxWaitMs: GATHER_MS };
    void reader.consume(
      EVENT_STREAM,
      BOTS_FACTS_CONSUMER,
      options,
      (messages) => this.handle(messages),
      (error) =>
        this.log.warn(
          { err: error },
          "Events could not be read, or not applied to bots; it is tried again, and bots' positions are behind until then",
        ),
    );
  }

  stop(): void {
    this.reader?.stop();
    this.reader = undefined;
  }

  private async handle(messages: readonly JsMsg[]): Promise<void> {
    for (const message of messages) {
      const { subject } = message;
      if (ORDER_TYPES.has(subject))
        await this.order(codec.decode(message.data) as EventEnvelope<OrderFilled>);
      if (subject === externalFillSeen.type)
        await this.foreign(codec.decode(message.data) as EventEnvelope<ExternalFillSeen>);
      message.ack();
    }
  }

  private async order({ id, type, data }: EventEnvelope<OrderFilled>): Promise<void> {
    const botId = data.order.botConfigId;
    if (botId === undefined || !this.index.find(botId)) return;
    const news = {
      eventId: id,
      eventType: type,
      data,
      atMs: this.time.nowMs(),
      decideWithinMs: this.config.BOT_DECIDE_WITHIN_MS,
    };
    await this.changes.change(botId, ({ standing }) => factApplied(standing, news));
  }

  /** A fill of a stranger's order: the position on this symbol is no longer the bot's alone. */
  private async foreign({ data: { fill } }: EventEnvelope<ExternalFillSeen>): Promise<void> {
    const { market, symbol, side, quantity, clientOrderId } = fill;
    const reason = `${side} ${quantity} ${symbol} was filled by an order that is not the bot's: ${clientOrderId || fill.exchangeOrderId}. Look at the position, then resume`;
    for (const { standing } of this.index.all())
      if (standing.config.market === market && standing.config.symbol === symbol && isLive(standing))
        await this.changes.change(standing.config.id, ({ standing: now }) =>
          paused(now, 'foreign', { reason, actor: 'system', atMs: this.time.nowMs() }),
        );
  }
}
