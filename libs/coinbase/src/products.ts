/** Names of Coinbase's products: what is asked for, and what the answers are about. */
import { SYMBOL_PATTERN } from '@elvis/trading';

/** Trades on a book of its own although its quote is USDC. */
const OWN_USDC_MARKETS: ReadonlySet<string> = new Set(['USDT-USDC', 'EURC-USDC']);

const PRODUCT = /^[A-Z0-9]{1,12}-[A-Z0-9]{2,8}$/;

/** The product that messages name: market data of `BTC-USDC` is told as that of `BTC-USD`. */
export const answeredAs = (product: string): string =>
  product.endsWith('-USDC') && !OWN_USDC_MARKETS.has(product) ? product.slice(0, -1) : product;

export interface ProductOfSymbol {
  readonly symbol: string;
  readonly product: string;
}

/** Reads `BTCUSDT:BTC-USD`; undefined if it is no such pair. */
export function readProductOfSymbol(text: string): ProductOfSymbol | undefined {
  const [symbol = '', product = '', ...more] = text.split(':');
  if (more.length > 0 || !SYMBOL_PATTERN.test(symbol) || !PRODUCT.test(product)) return undefined;
  return { symbol, product };
}
