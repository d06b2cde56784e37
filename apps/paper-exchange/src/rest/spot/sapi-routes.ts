/** The few wallet calls that clients make before they trade: what stands there of this account, and mostly nothing. */
import { fromMoney, SpotExchange } from '@elvis/simulation';
import { Call, Method, Route, signed } from '../route';

const EMPTY: readonly (readonly [Method, string, Route['security']])[] = [
  ['GET', '/sapi/v1/capital/config/getall', 'SIGNED'],
  ['GET', '/sapi/v1/margin/allPairs', 'KEY'],
  ['GET', '/sapi/v1/margin/isolated/allPairs', 'KEY'],
];

export const sapiRoutes = (exchange: SpotExchange): Route[] => [
  ...EMPTY.map(([method, path, security]): Route => ({
    method,
    path,
    security,
    weight: 10,
    answer: ({ params }) => {
      if (params.get('symbol') !== undefined) exchange.market(params.get('symbol'));
      return '[]';
    },
  })),
  signed('GET', '/sapi/v1/asset/tradeFee', 1, ({ params }) => {
    const asked = params.get('symbol');
    const symbols =
      asked === undefined ? [...exchange.markets.keys()] : [exchange.market(asked).instrument.symbol];
    return JSON.stringify(
      symbols.map((symbol) => ({ symbol, makerCommission: '0.001', takerCommission: '0.001' })),
    );
  }),
  {
    method: 'GET',
    path: '/sapi/v1/system/status',
    security: 'NONE',
    weight: 1,
    answer: () => '{"status":0,"msg":"normal"}',
  },
  signed('GET', '/sapi/v1/account/status', 1, () => '{"data":"Normal"}'),
  signed(
    'GET',
    '/sapi/v1/account/apiTradingStatus',
    1,
    ({ now }) =>
      `{"data":{"isLocked":false,"plannedRecoverTime":0,"triggerCondition":{"GCR":150,"IFER":150,"UFR":300},"updateTime":${now}}}`,
  ),
  signed('GET', '/sapi/v1/account/apiRestrictions', 1, ({ now }) =>
    JSON.stringify({
      ipRestrict: false,
      createTime: now,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
      enableInternalTransfer: false,
      enableMargin: false,
      enableFutures: true,
      permitsUniversalTransfer: false,
      enableVanillaOptions: false,
      enablePortfolioMarginTrading: false,
    }),
  ),
  signed('GET', '/sapi/v1/asset/assetDetail', 1, ({ params }) => {
    const asked = params.get('asset');
    const assets = assetsOf(exchange).filter((asset) => asked === undefined || asset === asked);
    const detail = { minWithdrawAmount: '0', depositStatus: false, withdrawFee: '0', withdrawStatus: false };
    return JSON.stringify(Object.fromEntries(assets.map((asset) => [asset, detail])));
  }),
  signed('POST', '/sapi/v1/asset/get-funding-asset', 1, ({ params }) => {
    params.get('asset');
    params.boolean('needBtcValuation');
    return '[]';
  }),
  signed('POST', '/sapi/v3/asset/getUserAsset', 5, (call) => userAssets(exchange, call)),
];

/** What the account holds; nothing of it is worth a count of bitcoins here. */
function userAssets(exchange: SpotExchange, { params, account }: Call): string {
  const asked = params.get('asset');
  const valued = params.boolean('needBtcValuation') ?? false;
  const held = [...exchange.accounts.get(account)!.balances].filter(
    ([asset, { free, locked }]) => (asked === undefined || asset === asked) && free + locked > 0n,
  );
  return JSON.stringify(
    held.map(([asset, { free, locked }]) => ({
      asset,
      free: fromMoney(free),
      locked: fromMoney(locked),
      freeze: '0',
      withdrawing: '0',
      ipoable: '0',
      btcValuation: valued && asset === 'BTC' ? fromMoney(free + locked) : '0',
    })),
  );
}

const assetsOf = (exchange: SpotExchange): string[] => [
  ...new Set([...exchange.markets.values()].flatMap(({ instrument: { base, quote } }) => [base, quote])),
];
