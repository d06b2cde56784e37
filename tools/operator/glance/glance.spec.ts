import { OverviewAnswer, glance } from './glance';

const NOTHING: OverviewAnswer = {
  at: '2026-11-30T23:00:00.000Z',
  tradingState: null,
  equity: null,
  day: null,
  positions: null,
  alerts: null,
  exchange: null,
};

describe('the glance of status --watch', () => {
  it('shows figures as they were given, and counts bots by state', () => {
    const overview: OverviewAnswer = {
      ...NOTHING,
      tradingState: { state: 'ACTIVE', epoch: 3 },
      equity: { asset: 'USDT', equity: '10000.10', free: '9000' },
      day: { asset: 'USDT', pnl: '-1.50', lossLimit: '100' },
      positions: [
        {
          symbol: 'BTCUSDT',
          side: 'LONG',
          quantity: '0.010',
          entryPrice: '60000',
          markPrice: '60100',
          unrealizedPnl: '1.00',
        },
      ],
      exchange: {
        meters: [
          { market: 'futures', kind: 'WEIGHT', windowMs: 60_000, used: 20, reserved: 5, limit: 2_400 },
        ],
        freezes: [],
      },
    };
    const bots = { items: [{ status: 'RUNNING' }, { status: 'FAULTED' }, { status: 'RUNNING' }] };
    const text = glance(overview, bots);
    expect(text).toContain('trading   ACTIVE (epoch 3)');
    expect(text).toContain('equity    10000.10 USDT, 9000 free');
    expect(text).toContain('day PnL   -1.50 USDT (loss limit 100)');
    expect(text).toContain('bots      2 RUNNING, 1 FAULTED');
    expect(text).toContain('exchange  no freeze; futures WEIGHT 25/2400 in 60 s');
    expect(text).toMatch(/^BTCUSDT +LONG +0\.010 +60000 +60100 +1\.00$/m);
  });

  it('says of each part that could not be had that it is not known', () => {
    expect(glance(NOTHING, undefined).match(/not known/g)).toHaveLength(7);
  });

  it('lets no text of an alert steer the terminal', () => {
    const items = [{ severity: 'critical', text: 'a\u001b[2Jb\nc' }];
    const text = glance({ ...NOTHING, alerts: { open: 1, isMore: false, items } }, undefined);
    expect(text).toContain('critical: a [2Jb c');
  });
});
