/** Reads `exchangeInfo` rows into instruments. A row that lacks what trading needs is no instrument. */
import { Decimal, Instrument, Market } from '@elvis/trading';
import { ExchangeInfo, ExchangeSymbol } from './futures-wire';

/** All perpetual (futures) or all (spot) instruments that can be read. */
export const readInstruments = (info: ExchangeInfo, market: Market): Instrument[] =>
  info.symbols.flatMap((row) => readInstrument(row, market) ?? []);

function readInstrument(row: ExchangeSymbol, market: Market): Instrument | undefined {
  if (row.contractType !== undefined && row.contractType !== 'PERPETUAL') return undefined;
  const field = (filterTypes: string[], name: string): Decimal | undefined => {
    const filter = row.filters.find(({ filterType }) => filterTypes.includes(filterType));
    const text = filter?.[name];
    return typeof text === 'string' && text !== '' ? new Decimal(text) : undefined;
  };
  const tickSize = field(['PRICE_FILTER'], 'tickSize');
  const stepSize = field(['LOT_SIZE'], 'stepSize');
  const minQuantity = field(['LOT_SIZE'], 'minQty');
  const maxQuantity = field(['LOT_SIZE'], 'maxQty');
  const minNotional =
    field(['MIN_NOTIONAL', 'NOTIONAL'], 'notional') ?? field(['MIN_NOTIONAL', 'NOTIONAL'], 'minNotional');
  if (!tickSize || !stepSize || !minQuantity || !maxQuantity || !minNotional) return undefined;
  const bound = (value: Decimal | undefined): Decimal | undefined => (value?.gt(0) ? value : undefined);
  return {
    symbol: row.symbol,
    market,
    baseAsset: row.baseAsset,
    quoteAsset: row.quoteAsset,
    isTrading: row.status === 'TRADING',
    tickSize,
    minPrice: bound(field(['PRICE_FILTER'], 'minPrice')),
    maxPrice: bound(field(['PRICE_FILTER'], 'maxPrice')),
    stepSize,
    minQuantity,
    maxQuantity,
    marketStepSize: bound(field(['MARKET_LOT_SIZE'], 'stepSize')) ?? stepSize,
    marketMinQuantity: field(['MARKET_LOT_SIZE'], 'minQty') ?? minQuantity,
    marketMaxQuantity: bound(field(['MARKET_LOT_SIZE'], 'maxQty')) ?? maxQuantity,
    minNotional,
    priceMultiplierUp:
      field(['PERCENT_PRICE'], 'multiplierUp') ?? field(['PERCENT_PRICE_BY_SIDE'], 'bidMultiplierUp'),
    priceMultiplierDown:
      field(['PERCENT_PRICE'], 'multiplierDown') ?? field(['PERCENT_PRICE_BY_SIDE'], 'askMultiplierDown'),
  };
}
