import type { AnswerOf } from '../../api/api';
import { compare } from '../../figures/decimal-text';
import type { MarketSearch } from './market-search';

export type Listed = AnswerOf<'/api/v1/symbols/{market}', 'get'>['items'][number];

/** Those whose name or assets have what is looked for, in the order that is asked for. */
export function sortedSymbols(
  symbols: readonly Listed[],
  { find = '', order = 'symbol' }: MarketSearch,
): readonly Listed[] {
  const found = symbols.filter(({ symbol, baseAsset, quoteAsset }) =>
    [symbol, `${baseAsset}/${quoteAsset}`].some((name) => name.includes(find)),
  );
  return found.sort((one, other) => differing(order, one, other) || compareText(one.symbol, other.symbol));
}

function differing(order: NonNullable<MarketSearch['order']>, one: Listed, other: Listed): number {
  if (order === 'quote') return compareText(one.quoteAsset, other.quoteAsset);
  if (order === 'smallest') return compare(one.minNotional, other.minNotional);
  return 0;
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
