/**
 * Holds the balances that our records make against the exchange's, to the last digit. Funding, transfers and whatever else
 * no fill tells of is read from the exchange's bookings before anything counts as a difference; two looks must agree.
 */
import { IncomeItem } from '@elvis/contracts';
import { Decimal, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BalanceLedger } from '../ledgers/balance-ledger';
import { AccountReading } from '../domain/known-account';
import { IncomeHistory } from '../venue/income-history';

/** These the fills tell. */
const TOLD_BY_FILLS: ReadonlySet<string> = new Set(['REALIZED_PNL', 'COMMISSION']);
/** A booking may bear a time a little before the balance shows it. */
const OVERLAP_MS = 120_000;
const PAGE = 1_000;

export interface BalanceDifference {
  readonly asset: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface BalanceLook {
  /** Another look is needed before anything can be said. */
  readonly isSuspicious: boolean;
  /** Seen twice, explained by nothing, and set right. */
  readonly differences: readonly BalanceDifference[];
}

const NOTHING: BalanceLook = { isSuspicious: false, differences: [] };
const LOOK_AGAIN: BalanceLook = { isSuspicious: true, differences: [] };

@Injectable()
export class BalanceComparison {
  private readonly firstLooks = new Map<Market, { readonly wallets: string; readonly atMs: number }>();
  private readonly suspected = new Map<string, string>();
  private readonly equalAt = new Map<Market, number>();

  constructor(
    private readonly ledger: BalanceLedger,
    private readonly income: IncomeHistory,
  ) {}

  /** @throws TradingFailure the exchange or a store could not be asked */
  async compareBalances(market: Market, { balances, asOfMs }: AccountReading): Promise<BalanceLook> {
    const theirs = new Map(balances.map(({ asset, wallet }) => [asset, new Decimal(wallet).toFixed()]));
    const ours = await this.ledger.wallets(market);
    if (!ours) return theirs.size === 0 ? NOTHING : this.startLedger(market, theirs, asOfMs);
    const unequal = differencesOf(ours, theirs);
    const seenTwice = unequal.filter(({ asset, ours: known, theirs: found }) => {
      const seen = `${known}|${found}`;
      const isTwice = this.suspected.get(`${market}:${asset}`) === seen;
      this.suspected.set(`${market}:${asset}`, seen);
      return isTwice;
    });
    if (unequal.length === 0) {
      for (const asset of theirs.keys()) this.suspected.delete(`${market}:${asset}`);
      this.equalAt.set(market, asOfMs);
      return NOTHING;
    }
    if (seenTwice.length === 0) return LOOK_AGAIN;
    await this.addOtherBookings(market, asOfMs);
    return { isSuspicious: false, differences: await this.correctBalances(market, theirs, seenTwice) };
  }

  /** Two equal looks have nothing between them, so whatever is later than the first is not in the figure yet. */
  private async startLedger(
    market: Market,
    theirs: ReadonlyMap<string, string>,
    atMs: number,
  ): Promise<BalanceLook> {
    const wallets = JSON.stringify([...theirs].sort());
    const first = this.firstLooks.get(market);
    if (first?.wallets !== wallets) {
      this.firstLooks.set(market, { wallets, atMs });
      return LOOK_AGAIN;
    }
    await this.ledger.startBalances(market, theirs, first.atMs);
    this.firstLooks.delete(market);
    this.equalAt.set(market, first.atMs);
    return NOTHING;
  }

  private async addOtherBookings(market: Market, toMs: number): Promise<void> {
    const fromMs = Math.floor((this.equalAt.get(market) ?? toMs) - OVERLAP_MS);
    for (let page = 1; ; page += 1) {
      const span = { market, fromMs, toMs: Math.ceil(toMs), limit: PAGE, page };
      const items: readonly IncomeItem[] = await this.income.listIncome(span);
      for (const { type, transactionId, asset, amount, atMs } of items) {
        if (TOLD_BY_FILLS.has(type)) continue;
        const id = `${market}:${type}:${transactionId}`;
        await this.ledger.addChanges(market, id, atMs, new Map([[asset, new Decimal(amount)]]));
      }
      if (items.length < PAGE) return;
    }
  }

  private async correctBalances(
    market: Market,
    theirs: ReadonlyMap<string, string>,
    suspects: readonly BalanceDifference[],
  ): Promise<readonly BalanceDifference[]> {
    const ours = (await this.ledger.wallets(market)) ?? theirs;
    const left = differencesOf(ours, theirs).filter(({ asset }) =>
      suspects.some((suspect) => suspect.asset === asset),
    );
    const set: BalanceDifference[] = [];
    for (const difference of left) {
      this.suspected.delete(`${market}:${difference.asset}`);
      const { asset, ours: known, theirs: found } = difference;
      if (await this.ledger.correctBalance(market, asset, known, found)) set.push(difference);
    }
    return set;
  }
}

function differencesOf(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): BalanceDifference[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((asset) => {
    const pair = { asset, ours: ours.get(asset) ?? '0', theirs: theirs.get(asset) ?? '0' };
    return new Decimal(pair.ours).eq(pair.theirs) ? [] : [pair];
  });
}
