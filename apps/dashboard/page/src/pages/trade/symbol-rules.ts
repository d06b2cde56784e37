/** What the exchange's rules of a symbol mean for the page: how many digits its figures have. */
import type { AnswerOf } from '../../api/api';
import { digitsOf } from '../../figures/decimal-text';
import type { Market } from './ticket-rules';

type Listed = AnswerOf<'/api/v1/symbols/{market}', 'get'>['items'][number];

export interface SymbolRules {
  readonly symbol: string;
  readonly market: Market;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minNotional: string;
  readonly digits: { readonly price: number; readonly quantity: number };
}

export const rulesOf = (listed: Listed, market: Market): SymbolRules => ({
  symbol: listed.symbol,
  market,
  baseAsset: listed.baseAsset,
  quoteAsset: listed.quoteAsset,
  tickSize: listed.tickSize,
  stepSize: listed.stepSize,
  minNotional: listed.minNotional,
  digits: { price: digitsOf(listed.tickSize), quantity: digitsOf(listed.stepSize) },
});
