/**
 * The exchange's bookings for the other services. Every booking changes a wallet, and every change of a wallet is told: while
 * none has changed since a list was read, that list is still all there is, and is not read again.
 */
import { IncomeItem, ListIncome } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountStore } from './account-store';
import { IncomeHistory } from '../venue/income-history';
import { ExchangeClock } from '../limiter/clock/exchange-clock';

/** The account is followed: proof of it comes each second. */
const FOLLOWED_MS = 2_500;
/** A booking is listed within this after the wallet has changed. */
const LISTED_WITHIN_MS = 60_000;

interface Answered {
  readonly fromMs: number;
  readonly items: readonly IncomeItem[];
  /** Exchange time. */
  readonly askedAtMs: number;
}

@Injectable()
export class IncomeCache {
  private readonly answered = new Map<Market, Answered>();

  constructor(
    private readonly history: IncomeHistory,
    private readonly accounts: AccountStore,
    private readonly clock: ExchangeClock,
  ) {}

  /** @throws TradingFailure */
  async listIncome(span: ListIncome): Promise<readonly IncomeItem[]> {
    const { market, fromMs, toMs, limit, page = 1 } = span;
    const known = this.answered.get(market);
    if (known && page === 1 && known.fromMs <= fromMs && (await this.isAllSince(market, known))) {
      const items = known.items.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      if (items.length < limit) return items;
    }
    const askedAtMs = this.clock.now();
    const items = await this.history.listIncome(span);
    const isAll = page === 1 && items.length < limit && toMs >= askedAtMs - LISTED_WITHIN_MS;
    if (isAll) this.answered.set(market, { fromMs, items, askedAtMs });
    return items;
  }

  /** Whether nothing can have been booked after it, nor be listed late. */
  private async isAllSince(market: Market, { askedAtMs }: Answered): Promise<boolean> {
    const account = await this.accounts.readKnown(market).catch(() => undefined);
    if (!account || this.clock.now() - account.knownToMs > FOLLOWED_MS) return false;
    return askedAtMs > account.walletsChangedAtMs + LISTED_WITHIN_MS;
  }
}
