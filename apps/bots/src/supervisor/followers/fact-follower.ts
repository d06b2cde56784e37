/** Applies what happens to orders to the bots whose orders they are, in the order of the events' stream. */
import {
  BOTS_FACTS_CONSUMER,
  BotStanding,
  EVENT_STREAM,
  EventEnvelope,
  ExternalFillSeen,
  ORDER_EVENTS,
  OrderFilled,
  externalFillSeen,
  orderFilled,
} from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { Decimal, Fill, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { BotsConfig } from '../../bots.config';
import { BotInstruments } from '../../facts/bot-instruments';
import { ExchangeTime } from '../../facts/exchange-time';
import { FeePrices } from '../../facts/fee-prices';
import { positionOf, withFill } from '../../figures/bot-figures';
import { FillTerms } from '../../figures/holding';
import { isUnderWay, paused, stateChanged } from '../../journal/changes';
import { factApplied } from '../../journal/order-facts';
import { NO_GUARD } from '../../protection/guard';
import { BotChanges } from '../bot-changes';
import { BotIndex } from '../bot-index';
import { LimitPauses } from '../limit-pauses';
import { inOrderOf } from './in-order';
import { StreamFollower } from './stream-follower';

const GATHER_MS = 1;
const ORDER_TYPES = new Set<string>(ORDER_EVENTS.map(({ type }) => type));
const codec = JSONCodec<EventEnvelope>();

type Fact = EventEnvelope<OrderFilled | ExternalFillSeen>;

/** One bot at most has a symbol, and what happens to one symbol is nothing to the bots of others. */
const symbolOf = ({ data }: Fact): string => ('order' in data ? data.order.symbol : data.fill.symbol);

@Injectable()
export class FactFollower extends StreamFollower {
  constructor(
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    private readonly limits: LimitPauses,
    private readonly config: BotsConfig,
    private readonly feePrices: FeePrices,
    private readonly instruments: BotInstruments,
    @Inject(NATS) nats: NatsConnection,
    @Inject(LOG) log: Log,
  ) {
    super(nats, log, {
      stream: EVENT_STREAM,
      consumer: BOTS_FACTS_CONSUMER,
      maxWaitMs: GATHER_MS,
      whenFailed:
        "Events could not be read, or not applied to bots; it is tried again, and bots' positions are behind until then",
    });
  }

  protected async handle(messages: readonly JsMsg[]): Promise<void> {
    const facts: { readonly message: JsMsg; readonly event: Fact }[] = [];
    for (const message of messages) {
      const isFact = ORDER_TYPES.has(message.subject) || message.subject === externalFillSeen.type;
      if (isFact) facts.push({ message, event: codec.decode(message.data) as Fact });
      else message.ack();
    }
    await inOrderOf(
      facts,
      ({ event }) => symbolOf(event),
      async ({ message, event }) => {
        if ('order' in event.data) await this.order(event as EventEnvelope<OrderFilled>);
        else await this.external(event);
        message.ack();
      },
    );
  }

  private async order({ id, type, data }: EventEnvelope<OrderFilled>): Promise<void> {
    const botId = data.order.botConfigId;
    if (type === orderFilled.type)
      await this.foreign(data.fill, `order ${data.order.clientOrderId} of ${data.order.actor}`);
    if (botId === undefined || !this.index.find(botId)) return;
    const terms = type === orderFilled.type ? await this.termsOf(data.order.market, data.fill) : {};
    const told = {
      eventId: id,
      eventType: type,
      data,
      atMs: this.time.nowMs(),
      decideWithinMs: this.config.BOT_DECIDE_WITHIN_MS,
      terms,
    };
    const changed = await this.changes.change(botId, ({ standing }) => factApplied(standing, told));
    if (changed?.hasWritten) await this.limits.pauseAtLimits(changed.entry.standing);
  }

  private async termsOf(market: Market, fill: Fill): Promise<FillTerms> {
    const { symbol, feeAsset, baseAsset, quoteAsset } = fill;
    const isThird = feeAsset !== '' && feeAsset !== baseAsset && feeAsset !== quoteAsset;
    const feePrice = await this.feePrices.of(market, fill);
    if (isThird && !feePrice && !new Decimal(fill.fee).isZero())
      this.log.warn(
        { market, symbol, tradeId: fill.tradeId, fee: fill.fee, feeAsset },
        'The fee of a fill is in an asset that has no price here now, so it is missing in the sums and daily limits of its bot. Subtract it by hand, or see that the exchange lists that asset against the quote asset',
      );
    if (market === 'futures') return { feePrice };
    const instrument = await this.instruments.find(market, symbol).catch(() => undefined);
    return { feePrice, leastQuantity: instrument && new Decimal(instrument.stepSize) };
  }

  private external({ data: { fill } }: EventEnvelope<ExternalFillSeen>): Promise<void> {
    return this.foreign(
      fill,
      `an order that Elvis did not place: ${fill.clientOrderId || fill.exchangeOrderId}`,
    );
  }

  /**
   * A fill of another's order on a bot's symbol: the position there is no longer the bot's alone. What it took from the
   * bot's position is gone, as after a liquidation; what it added is not the bot's.
   *
   * @param whose the order, and whose it is
   */
  private async foreign(fill: Fill, whose: string): Promise<void> {
    const { market, symbol, side, quantity, botConfigId } = fill;
    const reason = `${side} ${quantity} ${symbol} was filled by ${whose}. Look at the position, then resume`;
    for (const { standing } of this.index.all()) {
      const { config } = standing;
      if (config.market !== market || config.symbol !== symbol || config.id === botConfigId) continue;
      if (!isUnderWay(standing) && standing.position.entryPrice === null) continue;
      const because = { reason, actor: 'system', atMs: this.time.nowMs() };
      await this.changes.change(config.id, ({ standing: now }) => {
        const left = withoutTaken(now, fill);
        return (
          paused(left, 'foreign', because) ?? (left === now ? undefined : stateChanged(left, {}, because))
        );
      });
    }
  }
}

/** The bot's position without what a stranger's fill closed of it. */
function withoutTaken(standing: BotStanding, fill: Fill): BotStanding {
  const held = new Decimal(standing.position.quantity);
  const isAgainst = fill.side === 'BUY' ? held.lt(0) : held.gt(0);
  if (!isAgainst) return standing;
  const taken = { ...fill, quantity: Decimal.min(fill.quantity, held.abs()).toFixed() };
  const figures = withFill(standing.figures, taken, { isStop: false });
  const position = positionOf(figures);
  const guard = position.entryPrice === null ? NO_GUARD : standing.guard;
  return figures === standing.figures ? standing : { ...standing, figures, position, guard };
}
