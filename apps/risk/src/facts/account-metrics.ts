/**
 * What the account is worth, as figures to be watched. What is not known is not shown, so that nothing old looks new; how old
 * the rest is stands beside it.
 */
import { Metrics } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { AccountFeed } from './account-feed';
import { LossMeter } from './loss-meter';

@Injectable()
export class AccountMetrics {
  constructor(feed: AccountFeed, losses: LossMeter, metrics: Metrics) {
    metrics.gauge(
      'elvis_equity',
      'Wallet and unrealized result of the futures account',
      ['asset'],
      (gauge) => {
        gauge.reset();
        for (const [asset, { equity }] of feed.latest?.account.balances ?? [])
          gauge.set({ asset }, equity.toNumber());
      },
    );
    metrics.gauge('elvis_unrealized', 'Unrealized result of open futures positions', ['asset'], (gauge) => {
      gauge.reset();
      for (const [asset, { equity, wallet }] of feed.latest?.account.balances ?? [])
        gauge.set({ asset }, equity.minus(wallet).toNumber());
    });
    metrics.gauge('elvis_open_positions', 'Open futures positions', [], (gauge) => {
      gauge.reset();
      const { latest } = feed;
      if (!latest) return gauge.remove();
      gauge.set([...latest.account.positions.values()].filter(({ quantity }) => !quantity.isZero()).length);
    });
    metrics.gauge('elvis_day_pnl', 'Result since 00:00 UTC, negative for a loss', ['asset'], (gauge) => {
      gauge.reset();
      const { view } = losses;
      if (view) gauge.set({ asset: view.asset }, -Number(view.today));
    });
    metrics.gauge('elvis_account_age_seconds', 'Age of these figures', [], (gauge) => {
      const { latest } = feed;
      if (latest) gauge.set(latest.ageMs / 1_000);
      else gauge.remove();
    });
  }
}
