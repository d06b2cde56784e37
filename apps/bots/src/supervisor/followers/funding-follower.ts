/** Asks once a minute what funding the exchange has booked, and adds it to the bots whose positions paid or received it. */
import { BotStanding, IncomeItem, listIncome } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { MINUTE_MS } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeTime } from '../../facts/exchange-time';
import { FundingPayment, withFunding } from '../../figures/bot-figures';
import { BotWrite } from '../../journal/bot-journal';
import { isUnderWay } from '../../journal/changes';
import { BotChanges } from '../bot-changes';
import { BotIndex } from '../bot-index';

/** A booking may be listed some minutes late; what was counted is not counted again. */
const LOOKS_BACK_MS = 15 * MINUTE_MS;
const FUNDING = 'FUNDING_FEE';

@Injectable()
export class FundingFollower {
  private askedAt = -Infinity;

  constructor(
    private readonly bus: Bus,
    private readonly index: BotIndex,
    private readonly changes: BotChanges,
    private readonly time: ExchangeTime,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** At most once a minute, and only while a futures bot holds something or did a moment ago. Never throws. */
  async look(): Promise<void> {
    const nowMs = this.time.nowMs();
    const holders = this.index.all().filter(({ standing }) => holdsFutures(standing, nowMs - LOOKS_BACK_MS));
    if (holders.length === 0 || performance.now() - this.askedAt < MINUTE_MS) return;
    this.askedAt = performance.now();
    try {
      const span = { market: 'futures', fromMs: nowMs - LOOKS_BACK_MS, toMs: nowMs, limit: 1_000 } as const;
      const { items } = await this.bus.request(listIncome, span);
      for (const { standing } of holders) {
        const paid = paymentsOf(standing, items);
        if (paid.length > 0)
          await this.changes.change(standing.config.id, ({ standing: now }) => funded(now, paid, nowMs));
      }
    } catch (error) {
      this.log.warn(
        { err: error },
        'The funding of bots could not be read from the exchange; their sums are without the latest payments until it can, and it is tried again in a minute',
      );
    }
  }
}

const holdsFutures = (standing: BotStanding, sinceMs: number): boolean =>
  standing.config.market === 'futures' &&
  isUnderWay(standing) &&
  (standing.position.openedAtMs !== null || (standing.figures.lastClosedAtMs ?? 0) >= sinceMs);

/** Those of its symbol while it held a position there. */
function paymentsOf(
  { config, position, figures }: BotStanding,
  items: readonly IncomeItem[],
): readonly FundingPayment[] {
  const wasHeld = (atMs: number): boolean =>
    (position.openedAtMs !== null && position.openedAtMs <= atMs) || (figures.lastClosedAtMs ?? 0) >= atMs;
  return items
    .filter(({ type, symbol, atMs }) => type === FUNDING && symbol === config.symbol && wasHeld(atMs))
    .map(({ transactionId, amount, atMs }) => ({ id: transactionId, amount, atMs }));
}

/** Undefined where all of them were counted. */
function funded(standing: BotStanding, paid: readonly FundingPayment[], atMs: number): BotWrite | undefined {
  const figures = paid.reduce(withFunding, standing.figures);
  if (figures === standing.figures) return undefined;
  return {
    change: { type: 'FUNDING', run: standing.run, atMs, payments: paid },
    standing: { ...standing, figures },
  };
}
