/** Which symbols are listed and in which order, as it stands in the address: a link is the view. */
export const ORDERS = ['symbol', 'quote', 'smallest'] as const;
type MarketOrder = (typeof ORDERS)[number];

export interface TradeSearch {
  readonly market?: 'spot';
}

export interface MarketSearch extends TradeSearch {
  readonly find?: string;
  readonly order?: MarketOrder;
}

type Raw = Readonly<Record<string, unknown>>;

export const tradeSearch = ({ market }: Raw): TradeSearch => ({
  market: market === 'spot' ? 'spot' : undefined,
});

export const marketSearch = ({ market, find, order }: Raw): MarketSearch => ({
  ...tradeSearch({ market }),
  find: typeof find === 'string' && find.trim() !== '' ? find.trim().toUpperCase() : undefined,
  order: ORDERS.find((name) => name === order && name !== 'symbol'),
});
