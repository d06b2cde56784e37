/** What the spot calls about orders and about order lists have in common. */
import { AccountTrade, SpotAccount, SpotOrder, SpotRequest } from '@elvis/simulation';
import { SpotView } from '../../json/spot-order-json';
import { Params } from '../params';

/** The fills of an order that was just placed: they are the account's newest. */
export function fillsOf(account: SpotAccount, order: SpotOrder): AccountTrade[] {
  const fills: AccountTrade[] = [];
  for (let index = account.trades.length - 1; index >= 0; index -= 1) {
    if (account.trades[index]!.order !== order) break;
    fills.unshift(account.trades[index]!);
  }
  return fills;
}

/** A cancel has an id of its own, given or made up. */
export class CancelIds {
  private made = 0;

  of(params?: Params): string {
    this.made += 1;
    return params?.get('newClientOrderId') ?? `papercancel${this.made}`;
  }
}

const VIEWS = ['ACK', 'RESULT', 'FULL'] as const;

/** How much of an order its answer shows, where the caller says so. @throws Refusal -1130 */
export const viewAsked = (params: Params): SpotView | undefined => params.oneOf('newOrderRespType', VIEWS);

export const spotRequest = (params: Params): SpotRequest => ({
  symbol: params.required('symbol'),
  side: params.get('side'),
  type: params.get('type'),
  timeInForce: params.get('timeInForce'),
  quantity: params.get('quantity'),
  quoteOrderQty: params.get('quoteOrderQty'),
  price: params.get('price'),
  stopPrice: params.get('stopPrice'),
  trailingDelta: params.get('trailingDelta'),
  icebergQty: params.get('icebergQty'),
  clientOrderId: params.get('newClientOrderId'),
  selfTradePrevention: params.get('selfTradePreventionMode'),
  strategyId: params.get('strategyId'),
  strategyType: params.get('strategyType'),
  isPegged: isPegged(params, 'peg'),
});

/** One leg of a list, whose parameters begin with its name: `aboveType`, `workingPrice` and so on. */
export function legRequest(
  params: Params,
  name: string,
  shared: { readonly side: string; readonly quantity: string },
): SpotRequest {
  const of = (parameter: string): string | undefined => params.get(`${name}${parameter}`);
  return {
    symbol: params.required('symbol'),
    type: params.required(`${name}Type`),
    timeInForce: of('TimeInForce'),
    quoteOrderQty: undefined,
    price: of('Price'),
    stopPrice: of('StopPrice'),
    trailingDelta: of('TrailingDelta'),
    icebergQty: of('IcebergQty'),
    clientOrderId: of('ClientOrderId'),
    selfTradePrevention: params.get('selfTradePreventionMode'),
    strategyId: of('StrategyId'),
    strategyType: of('StrategyType'),
    isPegged: isPegged(params, `${name}Peg`),
    ...shared,
  };
}

const isPegged = (params: Params, prefix: string): boolean =>
  ['PriceType', 'OffsetType', 'OffsetValue'].some((name) => params.get(`${prefix}${name}`) !== undefined);
