import { Metrics } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { AccountFeed } from './account-feed';
import { AccountMetrics } from './account-metrics';
import { LossMeter } from './loss-meter';

describe('the figures of the account', () => {
  const feed: { latest?: object } = {};
  const losses: { view?: object } = {};
  const metrics = new Metrics();
  void new AccountMetrics(feed as AccountFeed, losses as LossMeter, metrics);
  const lines = async (): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => /^elvis_/.test(line));

  it('are not shown before they are known', async () => {
    expect(await lines()).toEqual([]);
  });

  it('are equity, result of the day, open positions and their age', async () => {
    const balance = { wallet: new Decimal('1000'), equity: new Decimal('980.5'), free: new Decimal('900') };
    const positions = new Map([
      ['BTCUSDT', { quantity: new Decimal('-0.1') }],
      ['ETHUSDT', { quantity: new Decimal('0') }],
    ]);
    feed.latest = { account: { balances: new Map([['USDT', balance]]), positions }, ageMs: 1_500 };
    losses.view = { asset: 'USDT', today: '12.25' };
    expect(await lines()).toEqual([
      'elvis_equity{asset="USDT"} 980.5',
      'elvis_unrealized{asset="USDT"} -19.5',
      'elvis_open_positions 1',
      'elvis_day_pnl{asset="USDT"} -12.25',
      'elvis_account_age_seconds 1.5',
    ]);
  });

  it('go when they are not known any more', async () => {
    delete feed.latest;
    delete losses.view;
    expect(await lines()).toEqual([]);
  });

  it('stand beside no gauge that promtool refuses', async () => {
    expect(await metrics.registry.metrics()).not.toMatch(/nodejs_active_\w+_total/);
  });
});
