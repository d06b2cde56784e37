/** The futures account over REST: balances, positions, leverage, modes, limits, history and the dead-man switch. */
import {
  bracketsOf,
  fromMoney,
  fromUnits,
  FuturesAccount,
  FuturesControls,
  FuturesExchange,
  Order,
  refusals,
  toMoney,
  WindowRule,
} from '@elvis/simulation';
import {
  accountAnswer,
  balanceRows,
  capText,
  permissions,
  positionRows,
  positionRowsV2,
  symbolConfigRow,
} from '../../json/futures-account-json';
import { page, spanOfDays } from '../page';
import { announced } from '../market-rows';
import { orderRow } from '../../json/futures-order-json';
import { priceText, quantityText, quoteText } from '../../json/market-json';
import { Call, Route, signed, weightBy } from '../route';

const SUCCESS = '{"code":200,"msg":"success"}';

export function futuresAccountRoutes(
  exchange: FuturesExchange,
  controls: FuturesControls,
  orderRules: readonly WindowRule[],
): Route[] {
  const orderText = (order: Order): string => orderRow(order, exchange.symbols.get(order.symbol)!.instrument);
  const accountOf = ({ account }: Call): FuturesAccount => exchange.accounts.get(account)!;
  const optionalSymbol = ({ params }: Call): string | undefined => {
    const symbol = params.get('symbol');
    return symbol === undefined ? undefined : exchange.symbol(symbol).instrument.symbol;
  };
  const asked = (call: Call): string[] => {
    const symbol = optionalSymbol(call);
    return symbol === undefined ? [...exchange.symbols.keys()] : [symbol];
  };

  const positions = (version: 2 | 3) => (call: Call) =>
    JSON.stringify(
      (version === 3 ? positionRows : positionRowsV2)(
        accountOf(call),
        exchange.symbols,
        optionalSymbol(call),
      ),
    );
  const account = (version: 2 | 3) => (call: Call) =>
    JSON.stringify(accountAnswer(accountOf(call), exchange.symbols, version));
  const balance = (call: Call): string => JSON.stringify(balanceRows(accountOf(call), exchange.symbols));

  const userTrades = (call: Call): string => {
    const { instrument } = exchange.symbol(call.params.get('symbol'));
    const orderId = call.params.id('orderId');
    const all = accountOf(call).trades.filter(
      ({ order }) => order.symbol === instrument.symbol && (orderId === undefined || order.id === orderId),
    );
    const span = spanOfDays(call.params, call.now, 7, 'fromId');
    const rules = { maximum: 1000, idOf: ({ id }: { id: number }) => BigInt(id), idName: 'fromId', span };
    const rows = page(all, call.params, rules).map(
      ({ order, ...trade }) =>
        `{"symbol":"${order.symbol}","id":${trade.id},"orderId":${order.id},"side":"${order.side}","price":"${priceText(trade.price, instrument)}","qty":"${quantityText(trade.quantity, instrument)}","realizedPnl":"${fromMoney(trade.realized)}","quoteQty":"${quoteText(trade.notional, instrument)}","commission":"${fromMoney(trade.fee)}","commissionAsset":"${trade.feeAsset}","time":${trade.time},"positionSide":"${order.positionSide}","buyer":${order.side === 'BUY'},"maker":${trade.maker}}`,
    );
    return `[${rows.join(',')}]`;
  };

  const income = (call: Call): string => {
    const symbol = optionalSymbol(call);
    const type = call.params.oneOf('incomeType', INCOME_TYPES);
    const rows = accountOf(call).incomes.filter(
      (entry) =>
        (symbol === undefined || entry.symbol === symbol) && (type === undefined || entry.type === type),
    );
    return JSON.stringify(
      incomePage(rows, call).map((entry) => ({
        symbol: entry.symbol,
        incomeType: entry.type,
        income: fromMoney(entry.amount),
        asset: 'USDT',
        info: entry.info,
        time: entry.time,
        tranId: String(9_000_000_000 + entry.id),
        tradeId: entry.tradeId,
      })),
    );
  };

  const leverageBracket = (call: Call): string =>
    JSON.stringify(
      asked(call).map((symbol) => ({
        symbol,
        brackets: bracketsOf(symbol).map(({ maintenancePpm, ...bracket }) => ({
          ...bracket,
          maintMarginRatio: maintenancePpm / 1_000_000,
        })),
      })),
    );

  return [
    signed('GET', '/fapi/v2/balance', 5, balance),
    signed('GET', '/fapi/v3/balance', 5, balance),
    signed('GET', '/fapi/v2/account', 5, account(2)),
    signed('GET', '/fapi/v3/account', 5, account(3)),
    signed('GET', '/fapi/v2/positionRisk', 5, positions(2)),
    signed('GET', '/fapi/v3/positionRisk', 5, positions(3)),
    signed('GET', '/fapi/v1/accountConfig', 5, (call) => {
      const { updateTime, ...rest } = permissions(accountOf(call));
      return JSON.stringify({ ...rest, dualSidePosition: accountOf(call).dualSide, updateTime });
    }),
    signed('GET', '/fapi/v1/symbolConfig', 5, (call) =>
      JSON.stringify(asked(call).map((symbol) => symbolConfigRow(accountOf(call), symbol))),
    ),
    signed('GET', '/fapi/v1/leverageBracket', 1, leverageBracket),
    signed('GET', '/fapi/v1/userTrades', 5, userTrades),
    signed('GET', '/fapi/v1/income', 30, income),
    signed('GET', '/fapi/v1/commissionRate', 20, (call) => {
      const { instrument } = exchange.symbol(call.params.get('symbol'));
      const { makerPpm, takerPpm } = exchange.settlement.fees;
      return JSON.stringify({
        symbol: instrument.symbol,
        makerCommissionRate: rate(makerPpm),
        takerCommissionRate: rate(takerPpm),
      });
    }),
    signed('GET', '/fapi/v1/rateLimit/order', 1, () =>
      JSON.stringify(orderRules.map((rule) => announced('ORDERS', rule))),
    ),
    signed('GET', '/fapi/v1/feeBurn', 30, () => '{"feeBurn":false}'),
    signed('GET', '/fapi/v1/adlQuantile', 5, (call) =>
      JSON.stringify(
        asked(call).map((symbol) => ({
          symbol,
          adlQuantile: accountOf(call).dualSide
            ? { LONG: 1, SHORT: 1, HEDGE: 0 }
            : { LONG: 1, SHORT: 1, BOTH: 1 },
        })),
      ),
    ),
    signed('GET', '/fapi/v1/forceOrders', weightBy('symbol', 50, 20), (call) => {
      const kind = call.params.oneOf('autoCloseType', ['LIQUIDATION', 'ADL']);
      const forced = controls
        .forcedOrders(accountOf(call), optionalSymbol(call))
        .filter(
          ({ clientOrderId }) => kind === undefined || (kind === 'ADL') === clientOrderId.startsWith('adl'),
        );
      const span = spanOfDays(call.params, call.now, 7);
      const rules = { maximum: 100, otherwise: 50, idOf: ({ id }: Order) => id, idName: 'orderId', span };
      return `[${page(forced, call.params, rules).map(orderText).join(',')}]`;
    }),
    signed('POST', '/fapi/v1/leverage', 1, (call) => {
      const text = call.params.required('leverage');
      if (!/^\d{1,4}$/.test(text)) throw refusals.badLeverage(text);
      const symbol = call.params.required('symbol');
      controls.setLeverage(accountOf(call), symbol, Number(text), call.now);
      return `{"symbol":"${symbol}","leverage":${Number(text)},"maxNotionalValue":"${capText(symbol, Number(text))}"}`;
    }),
    signed('POST', '/fapi/v1/marginType', 1, (call) => {
      const type = call.params.required('marginType');
      if (type !== 'ISOLATED' && type !== 'CROSSED') throw refusals.badData('marginType');
      controls.setMarginType(accountOf(call), call.params.required('symbol'), type);
      return SUCCESS;
    }),
    signed('POST', '/fapi/v1/positionMargin', 1, (call) => {
      const { params } = call;
      const amount = params.required('amount');
      const type = params.required('type');
      if (type !== '1' && type !== '2') throw refusals.badData('type');
      if (!/^\d{1,12}(\.\d{1,8})?$/.test(amount)) throw refusals.illegal('amount');
      controls.moveMargin(
        accountOf(call),
        params.required('symbol'),
        params.get('positionSide'),
        type === '1' ? toMoney(amount) : -toMoney(amount),
        call.now,
      );
      return `{"amount":${Number(amount)},"code":200,"msg":"Successfully modify position margin.","type":${type}}`;
    }),
    signed(
      'GET',
      '/fapi/v1/positionSide/dual',
      30,
      (call) => `{"dualSidePosition":${accountOf(call).dualSide}}`,
    ),
    signed('POST', '/fapi/v1/positionSide/dual', 1, (call) => {
      const dual = call.params.boolean('dualSidePosition');
      if (dual === undefined) throw refusals.missing('dualSidePosition');
      controls.setDualSide(accountOf(call), dual);
      return SUCCESS;
    }),
    signed(
      'GET',
      '/fapi/v1/multiAssetsMargin',
      30,
      (call) => `{"multiAssetsMargin":${accountOf(call).multiAssets}}`,
    ),
    signed('POST', '/fapi/v1/multiAssetsMargin', 1, (call) => {
      const multi = call.params.boolean('multiAssetsMargin');
      if (multi === undefined) throw refusals.missing('multiAssetsMargin');
      controls.setMultiAssets(accountOf(call), multi, call.now);
      return SUCCESS;
    }),
    signed('POST', '/fapi/v1/countdownCancelAll', 10, (call) => {
      const symbol = call.params.required('symbol');
      const countdown = call.params.integer('countdownTime');
      if (countdown === undefined || countdown < 0) throw refusals.missing('countdownTime');
      controls.setCountdown(accountOf(call), symbol, countdown, call.now);
      return `{"symbol":"${symbol}","countdownTime":"${countdown}"}`;
    }),
  ];
}

/** One page of a span, oldest first; without a page it is the first. */
function incomePage<Row extends { readonly time: number }>(
  rows: readonly Row[],
  { params, now }: Call,
): readonly Row[] {
  const number = params.integer('page') ?? 1;
  if (number < 1) throw refusals.badData('page');
  const limit = params.limit(100, 1000);
  const endTime = params.time('endTime') ?? now;
  const startTime = params.time('startTime') ?? endTime - 7 * DAY_MS;
  const inside = rows.filter(({ time }) => time >= startTime && time <= endTime);
  return inside.slice((number - 1) * limit, number * limit);
}

const INCOME_TYPES = (
  'TRANSFER WELCOME_BONUS REALIZED_PNL FUNDING_FEE COMMISSION INSURANCE_CLEAR REFERRAL_KICKBACK COMMISSION_REBATE ' +
  'API_REBATE CONTEST_REWARD CROSS_COLLATERAL_TRANSFER OPTIONS_PREMIUM_FEE OPTIONS_SETTLE_PROFIT INTERNAL_TRANSFER ' +
  'AUTO_EXCHANGE DELIVERED_SETTELMENT COIN_SWAP_DEPOSIT COIN_SWAP_WITHDRAW POSITION_LIMIT_INCREASE_FEE ' +
  'STRATEGY_UMFUTURES_TRANSFER FEE_RETURN BFUSD_REWARD SPECIAL_FUNDING_FEE'
).split(' ');
const DAY_MS = 86_400_000;

/** Parts per million as the wire writes a rate: `0.0002`, with no more zeros than needed. */
const rate = (ppm: bigint): string => fromUnits(Number(ppm), 6).replace(/0+$/, '');
