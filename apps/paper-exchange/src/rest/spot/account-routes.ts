/** The account's own standing on spot: balances, fees, and how many orders it may still send. */
import { fromMoney, SpotExchange } from '@elvis/simulation';
import { announced } from '../market-rows';
import { MarketMeters } from '../../meters/market-meters';
import { Call, Route, signed } from '../route';

const NO_FEES = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' };

export function spotAccountRoutes(exchange: SpotExchange, meters: MarketMeters): Route[] {
  return [
    signed('GET', '/api/v3/account', 20, (call) => accountAnswer(exchange, call)),
    signed('GET', '/api/v3/account/commission', 20, ({ params }) =>
      JSON.stringify({
        symbol: exchange.market(params.get('symbol')).instrument.symbol,
        standardCommission: { ...NO_FEES, maker: '0.00100000', taker: '0.00100000' },
        specialCommission: NO_FEES,
        taxCommission: NO_FEES,
        discount: {
          enabledForAccount: false,
          enabledForSymbol: false,
          discountAsset: 'BNB',
          discount: '0.75000000',
        },
      }),
    ),
    signed('GET', '/api/v3/rateLimit/order', 40, ({ account, now }) =>
      JSON.stringify(
        meters.orders(account).counters.map((counter) => ({
          ...announced('ORDERS', counter.rule),
          count: counter.used(now),
        })),
      ),
    ),
  ];
}

function accountAnswer(exchange: SpotExchange, call: Call): string {
  const account = exchange.accounts.get(call.account)!;
  const omitZero = call.params.boolean('omitZeroBalances') ?? false;
  return JSON.stringify({
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: '0.00100000', taker: '0.00100000', buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updateTime,
    accountType: 'SPOT',
    balances: [...account.balances]
      .filter(([, { free, locked }]) => !omitZero || free > 0n || locked > 0n)
      .map(([asset, { free, locked }]) => ({ asset, free: fromMoney(free), locked: fromMoney(locked) })),
    permissions: ['SPOT'],
    uid: account.id === 'elvis' ? 354937868 : 354937869,
  });
}
