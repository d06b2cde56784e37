/** What the spot calls about orders and about order lists have in common. */
import { AccountTrade, SpotAccount, SpotOrder, SpotRequest } from '@elvis/simulation';
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

export const spotRequest = (params: Params): SpotRequest => ({
  symbol: params.required('symbol'),
  side: params.get('side'),
  type: params.get('type'),
  timeInForce: params.get('timeInForce'),
  quantity: params.get('quantity'),
  quoteOrderQty: params.get('quoteOrderQty'),
  price: params.get('price'),
  stopPrice: params.get('stopPrice'),
  icebergQty: params.get('icebergQty'),
  clientOrderId: params.get('newClientOrderId'),
  selfTradePrevention: params.get('selfTradePreventionMode'),
});
