/** The few wallet calls that clients make before they trade: nothing is there, and they are told so; and the fees. */
import { SpotExchange } from '@elvis/simulation';
import { Route, signed } from '../route';

const NOTHING_THERE = [
  '/sapi/v1/capital/config/getall',
  '/sapi/v1/margin/allPairs',
  '/sapi/v1/margin/isolated/allPairs',
];

export const sapiRoutes = (exchange: SpotExchange): Route[] => [
  ...NOTHING_THERE.map((path): Route => ({
    method: 'GET',
    path,
    security: path.includes('capital') ? 'SIGNED' : 'KEY',
    weight: 10,
    answer: () => '[]',
  })),
  signed('GET', '/sapi/v1/asset/tradeFee', 1, ({ params }) => {
    const asked = params.get('symbol');
    const symbols =
      asked === undefined ? [...exchange.markets.keys()] : [exchange.market(asked).instrument.symbol];
    return JSON.stringify(
      symbols.map((symbol) => ({ symbol, makerCommission: '0.001', takerCommission: '0.001' })),
    );
  }),
];
