/** Grids and bounds of the instruments that can be tested without an exchange to ask. */
import { Decimal, Instrument, Market } from '@elvis/trading';

interface Grid {
  readonly base: string;
  readonly quote: string;
  readonly tick: string;
  readonly step: string;
  readonly minNotional: string;
}

/** As the exchange published them; a symbol that is not here gets a fine grid, which the report shows. */
const GRIDS: Readonly<Record<string, Grid>> = {
  'futures BTCUSDT': { base: 'BTC', quote: 'USDT', tick: '0.1', step: '0.001', minNotional: '100' },
  'futures ETHUSDT': { base: 'ETH', quote: 'USDT', tick: '0.01', step: '0.001', minNotional: '20' },
  'futures ADAUSDT': { base: 'ADA', quote: 'USDT', tick: '0.0001', step: '1', minNotional: '5' },
  'spot BTCBUSD': { base: 'BTC', quote: 'BUSD', tick: '0.01', step: '0.00001', minNotional: '10' },
};
const QUOTES = /(USDT|USDC|BUSD|FDUSD|BTC|ETH)$/;

export function instrumentOf(market: Market, symbol: string): Instrument {
  const quote = QUOTES.exec(symbol)?.[1] ?? 'USDT';
  const grid = GRIDS[`${market} ${symbol}`] ?? {
    base: symbol.replace(QUOTES, ''),
    quote,
    tick: '0.00001',
    step: '0.00001',
    minNotional: '5',
  };
  const step = new Decimal(grid.step);
  const most = new Decimal('9000000');
  return {
    symbol,
    market,
    baseAsset: grid.base,
    quoteAsset: grid.quote,
    isTrading: true,
    tickSize: new Decimal(grid.tick),
    stepSize: step,
    minQuantity: step,
    maxQuantity: most,
    marketStepSize: step,
    marketMinQuantity: step,
    marketMaxQuantity: most,
    minNotional: new Decimal(grid.minNotional),
  };
}
