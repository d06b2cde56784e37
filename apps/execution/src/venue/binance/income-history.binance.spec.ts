import { BinanceRequest, SpotTrade } from '@elvis/binance';
import { ExchangeCalls } from '../../limiter/calls/exchange-calls';
import { VenueMarkets } from '../venue-markets';
import { BinanceIncomeHistory } from './income-history.binance';

describe('what spot trades moved, told as bookings', () => {
  const asked: BinanceRequest[] = [];
  const trades: SpotTrade[] = [
    {
      ...{ symbol: 'BTCUSDT', id: 28457, orderId: 100234, price: '61854.01000000', qty: '0.02000000' },
      ...{ quoteQty: '1237.08020000', commission: '0.00002000', commissionAsset: 'BTC' },
      ...{ time: 1_764_500_000_000, isBuyer: true, isMaker: false },
    },
    {
      ...{ symbol: 'BTCUSDT', id: '28458', orderId: 100235, price: '62837.88000000', qty: '0.01998000' },
      ...{ quoteQty: '1255.50084240', commission: '0.00000000', commissionAsset: 'BNB' },
      ...{ time: 1_764_500_000_001, isBuyer: false, isMaker: true },
    },
  ];
  const calls = {
    call: (request: BinanceRequest) => {
      asked.push(request);
      return Promise.resolve(trades);
    },
  } as unknown as ExchangeCalls;
  const listed = { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' };
  const markets = { spot: { instruments: () => Promise.resolve([listed]) } } as unknown as VenueMarkets;
  const history = new BinanceIncomeHistory(calls, markets);
  const span = { market: 'spot', fromMs: 1_764_460_800_000, toMs: 1_764_504_000_000, limit: 1_000 } as const;

  it('are signed as the account has them, each under the trade it is of', async () => {
    const items = await history.listIncome({ ...span, symbol: 'BTCUSDT' });
    expect(items.map(({ tradeId, type, asset, amount }) => [tradeId, type, asset, amount])).toEqual([
      ['28457', 'TRADE', 'BTC', '0.02'],
      ['28457', 'TRADE', 'USDT', '-1237.0802'],
      ['28457', 'COMMISSION', 'BTC', '-0.00002'],
      ['28458', 'TRADE', 'BTC', '-0.01998'],
      ['28458', 'TRADE', 'USDT', '1255.5008424'],
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      parameters: { symbol: 'BTCUSDT', startTime: span.fromMs, endTime: span.toMs, limit: 1_000 },
    });
  });

  it.each([[undefined], ['DOGEUSDT']])('are none of the symbol %s', async (symbol) => {
    asked.length = 0;
    expect(await history.listIncome({ ...span, symbol })).toEqual([]);
    expect(asked).toEqual([]);
  });
});
