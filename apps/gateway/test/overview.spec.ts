import {
  getAccount,
  getLimits,
  getRateLimits,
  getTradingState,
  listAlerts,
  listOpenOrders,
  listSymbolLeases,
  previewOrder,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { opened } from '@elvis/testing';
import { order, startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

const position = {
  symbol: 'BTCUSDT',
  quantity: '-0.2',
  entryPrice: '60000',
  markPrice: '61000',
  unrealizedPnl: '-200.10',
};
const stop = {
  clientOrderId: 'stop-1',
  market: 'futures',
  symbol: 'BTCUSDT',
  type: 'STOP_MARKET',
  reduceOnly: true,
  stopPrice: '62000',
  quantity: '0.2',
  status: 'NEW',
};
const losses = {
  asset: 'USDT',
  day: '2026-11-30',
  today: '200.10',
  drawdown: '300',
  todayByMarket: { futures: '200.10', spot: '-0.10' },
};

describe('the overview', () => {
  const servers = opened(() => startServers());
  const risk = opened(async () =>
    (await startResponder(servers.nats, 'risk'))
      .on(getTradingState, () => ({ state: 'ACTIVE', epoch: 3, scopes: [] }))
      .on(getLimits, () => ({
        limits: [{ name: 'RISK_MAX_DAILY_LOSS', value: '1000' }],
        losses,
        revision: 0,
      }))
      .on(listSymbolLeases, () => ({ items: [{ market: 'futures', subject: 'BTCUSDT', holder: 'bot:b' }] }))
      .on(previewOrder, () => ({
        denial: { code: 'STATE_HALTED', context: {} },
        checks: [],
        notional: '570',
        leverage: 3,
        atMs: 0,
      })),
  );
  const execution = opened(async () =>
    (await startResponder(servers.nats, 'execution'))
      .on(getAccount, () => ({
        balances: [{ asset: 'USDT', wallet: '5000.1', free: '4000' }],
        positions: [position],
        asOfMs: 0,
      }))
      .on(listOpenOrders, () => ({ items: [stop], nextCursor: null }))
      .on(getRateLimits, () => ({ meters: [], freezes: [], queues: [] })),
  );
  const history = opened(async () =>
    (await startResponder(servers.nats, 'trade-history')).on(listAlerts, () => {
      throw new TradingFailure('STORE_UNAVAILABLE', 'away');
    }),
  );
  const gateway = opened(() => startGatewayUnderTest(servers));
  afterAll(() => Promise.all([risk.stop(), execution.stop(), history.stop()]));

  it('has sums as decimals, owners and protections, and names what it lacks', async () => {
    const { body } = await gateway.call('GET', '/api/v1/overview');
    expect(body).toMatchObject({
      tradingState: { state: 'ACTIVE', epoch: 3 },
      equity: { wallet: '5000.1', unrealizedPnl: '-200.1', equity: '4800' },
      day: { pnl: '-200', loss: '200.10', lossLimit: '1000', lossUsed: '0.2001', drawdownLimit: 'off' },
      positions: [
        {
          symbol: 'BTCUSDT',
          side: 'SHORT',
          notional: '12200',
          holder: 'bot:b',
          protections: [{ clientOrderId: 'stop-1', price: '62000' }],
        },
      ],
      openOrders: { count: 1, isMore: false },
      alerts: null,
      lacks: { alerts: 'STORE_UNAVAILABLE' },
    });
    const again = await gateway.call('GET', `/api/v1/overview?at=${body.at as string}`);
    expect(again.body).toEqual(body);
    expect((await gateway.call('GET', '/api/v1/overview?at=2020-01-01T00:00:00.000Z')).status).toBe(404);
  });

  it('has beside it what risk would say of an order, which is not sent', async () => {
    const { status, body } = await gateway.call('POST', '/api/v1/orders/preview', { body: order });
    expect([status, body]).toEqual([
      200,
      {
        verdict: 'DENIED',
        denial: { code: 'STATE_HALTED', context: {} },
        checks: [],
        notional: '570',
        leverage: 3,
        at: '1970-01-01T00:00:00.000Z',
      },
    ]);
    expect(risk.asked.map(({ subject }) => subject)).not.toContain('elvis.command.risk.submit-order');
  });
});
