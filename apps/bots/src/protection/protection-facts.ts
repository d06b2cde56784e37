/** What the protection of a bot is planned by: its journal, the orders that stand, and the best price since the entry. */
import { BotCloseReason, BotStanding, OrderView } from '@elvis/contracts';
import { Decimal, MINUTE_MS } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotCandles } from '../facts/bot-candles';
import { ExchangeTime } from '../facts/exchange-time';
import { BotInstruments } from '../facts/bot-instruments';
import { BotPrices } from '../facts/bot-prices';
import { entryPriceOf, readHolding } from '../figures/holding';
import { roleOf } from './domain/protection-ids';
import { ProtectionFactsMessage } from './protection-outcome';

const HIGH = 1;
const LOW = 2;
const NUMBERS = 5;

@Injectable()
export class ProtectionFacts {
  constructor(
    private readonly instruments: BotInstruments,
    private readonly candles: BotCandles,
    private readonly time: ExchangeTime,
    private readonly prices: BotPrices,
  ) {}

  /** @throws TradingFailure the instrument is not known */
  async gather(
    standing: BotStanding,
    orders: readonly OrderView[],
    step: string,
    close: BotCloseReason | null = standing.guard.closing,
  ): Promise<ProtectionFactsMessage> {
    const { config, guard } = standing;
    const { market, symbol } = config;
    return {
      step,
      botConfigId: config.id,
      instrument: await this.instruments.find(market, symbol),
      held: await this.held(standing),
      terms: guard.terms,
      orders,
      refused: guard.refused,
      reached: guard.reached,
      close,
      // Only a stop of spot can be jumped over: on futures it closes at the market.
      price:
        market === 'spot' && hasStop(orders)
          ? ((await this.prices.of(market, symbol))?.toFixed() ?? null)
          : null,
      nowMs: this.time.nowMs(),
    };
  }

  private async held(standing: BotStanding): Promise<ProtectionFactsMessage['held']> {
    const holding = readHolding(standing.figures.holding);
    const { quantity, added, openedAtMs } = holding;
    if (openedAtMs === null || quantity.isZero()) return null;
    const entryPrice = entryPriceOf(holding);
    const isFollowed = standing.config.market === 'spot' && (standing.guard.terms?.trailing ?? null) !== null;
    const extreme = isFollowed ? await this.extremeSince(standing, openedAtMs, entryPrice) : entryPrice;
    return {
      quantity: quantity.toFixed(),
      entryPrice: entryPrice.toFixed(),
      added: added.toFixed(),
      openedAtMs,
      extreme: extreme.toFixed(),
    };
  }

  /** Of whole minutes since the entry; where they are not known, what was known before is: the stop does not move. */
  private async extremeSince(
    { config: { market, symbol }, figures }: BotStanding,
    openedAtMs: number,
    entryPrice: Decimal,
  ): Promise<Decimal> {
    const fromMs = Math.ceil(openedAtMs / MINUTE_MS) * MINUTE_MS;
    const toMs = Math.floor((this.time.nowMs() - SEALED_WITHIN_MS) / MINUTE_MS) * MINUTE_MS;
    if (toMs <= fromMs) return entryPrice;
    const isShort = new Decimal(figures.holding.quantity).isNegative();
    try {
      const { values } = await this.candles.window({ market, symbol, interval: '1m', fromMs, toMs });
      let extreme = entryPrice;
      for (let at = 0; at < values.length; at += NUMBERS) {
        const price = new Decimal(values[at + (isShort ? LOW : HIGH)]!);
        extreme = isShort ? Decimal.min(extreme, price) : Decimal.max(extreme, price);
      }
      return extreme;
    } catch {
      return entryPrice;
    }
  }
}

const hasStop = (orders: readonly OrderView[]): boolean =>
  orders.some(({ clientOrderId }) => roleOf(clientOrderId) === 'stop');

/** A minute is sealed within this after its end. */
const SEALED_WITHIN_MS = 2_000;
