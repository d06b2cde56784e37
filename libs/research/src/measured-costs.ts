/** What trading costs on a market: as assumed, or with the slippage that `npm run calibrate` measured. */
import { Costs, Depth, FUTURES_COSTS, MeasuredSlippage, SPOT_COSTS } from '@elvis/backtest';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decimal } from '@elvis/trading';
import { DataSet } from './data-sets';
import { readFundings } from './read-fundings';

/** Of a tier, maker and taker, and a file of the exchange's with the rates it paid. */
interface AssumedCosts {
  readonly fees?: readonly [maker: string, taker: string];
  readonly funding?: string;
}

export interface SlippageFile {
  /** UTC day of the newest recording. */
  readonly date: string;
  /** SHA-256 over the recordings. */
  readonly hash: string;
  readonly measured: readonly MeasuredSlippage[];
}

export const slippageFile = (root: string): string => join(root, 'data', 'slippage.json');

/**
 * Generated candles are nobody's order books: for them what is assumed, which is more.
 *
 * @throws RangeError for a file of fundings that cannot be read
 */
export function costsOf(
  { columns, market, facts }: DataSet,
  root: string,
  { fees, funding }: AssumedCosts,
): Costs {
  const assumed: Costs = {
    ...(market === 'spot' ? SPOT_COSTS : FUTURES_COSTS),
    ...(fees && { makerFee: new Decimal(fees[0]), takerFee: new Decimal(fees[1]) }),
    ...(funding !== undefined && readFundings(funding)),
  };
  const known = facts.origin === 'generated' ? undefined : measuredOf(columns.symbol, market, root);
  if (known === undefined) return assumed;
  const { found, date, hash } = known;
  const { halfSpread, bySize, orderBooks } = found;
  const slippageFrom = `${orderBooks} recorded order books of ${date} (${hash.slice(0, 10)})`;
  return { ...assumed, halfSpread, slippageBySize: bySize, slippageFrom };
}

/** What `npm run calibrate` found of the order books of this symbol; undefined where none were recorded. */
export function depthOf({ columns, market }: DataSet, root: string): Depth | undefined {
  const found = measuredOf(columns.symbol, market, root)?.found;
  return found?.depth === undefined ? undefined : { orderBooks: found.orderBooks, notional: found.depth };
}

function measuredOf(
  symbol: string,
  market: DataSet['market'],
  root: string,
): (Pick<SlippageFile, 'date' | 'hash'> & { readonly found: MeasuredSlippage }) | undefined {
  const path = slippageFile(root);
  if (!existsSync(path)) return undefined;
  const { date, hash, measured } = JSON.parse(readFileSync(path, 'utf8')) as SlippageFile;
  const found = measured.find((each) => each.market === market && each.symbol === symbol);
  return found && { found, date, hash };
}
