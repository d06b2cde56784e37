/** A symbol's rules, read out of an `exchangeInfo` row into units that the book and the filters count in. */
import { decimalsOf, MONEY_DECIMALS, toMoney, toUnits } from './scaled';

export interface ExchangeInfoRow {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  readonly pricePrecision?: number;
  readonly quantityPrecision?: number;
  readonly marketTakeBound?: string;
  readonly triggerProtect?: string;
  readonly liquidationFee?: string;
  readonly [field: string]: unknown;
}

type Range = readonly [least: number, most: number];

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** Bounds around a reference price, in parts per million of it. */
interface Band {
  readonly up: bigint;
  readonly down: bigint;
}

export const MILLION = 1_000_000n;

export interface Instrument {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** A price is a count of 10^-priceDecimals, a quantity one of 10^-quantityDecimals. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** How many decimals the market writes: more than it counts on spot, which always writes eight. */
  readonly priceShown: number;
  readonly quantityShown: number;
  /** How many decimals a sent price or quantity may have before it is refused outright. */
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly price: Bounds;
  readonly lot: Bounds;
  readonly marketLot: Bounds;
  readonly minNotional: bigint;
  readonly buyBand: Band;
  readonly sellBand: Band;
  readonly marketBound: bigint;
  /** How far mark and last price may be apart for a protected trigger, in parts per million. */
  readonly triggerProtect: bigint;
  /** Bounds of a trailing stop in basis points, for one that fires above the price and one below; spot alone. */
  readonly trailing?: { readonly above: Range; readonly below: Range };
  readonly maxOrders: number;
  /** price units x quantity units x this = an amount of 1e-8 quote. */
  readonly moneyFactor: bigint;
}

/** The notional of a quantity at a price. */
export const notionalOf = (instrument: Instrument, price: number, quantity: number): bigint => {
  const product = price * quantity;
  const exact = product <= Number.MAX_SAFE_INTEGER ? BigInt(product) : BigInt(price) * BigInt(quantity);
  return exact * instrument.moneyFactor;
};

/** An amount divided by a quantity: the average price, in 1e-8 of the quote asset. */
export const averagePrice = (instrument: Instrument, amount: bigint, quantity: number): bigint =>
  quantity === 0 ? 0n : (amount * 10n ** BigInt(instrument.quantityDecimals)) / BigInt(Math.abs(quantity));

/** Reads a futures row. */
export function futuresInstrument(row: ExchangeInfoRow): Instrument {
  const filter = filtersOf(row);
  const priceDecimals = row.pricePrecision ?? decimalsOf(text(filter('PRICE_FILTER').tickSize));
  const quantityDecimals = row.quantityPrecision ?? decimalsOf(text(filter('LOT_SIZE').stepSize));
  const percent = filter('PERCENT_PRICE');
  const band = { up: ppm(percent.multiplierUp, '10'), down: ppm(percent.multiplierDown, '0') };
  return {
    ...common(row, priceDecimals, quantityDecimals),
    priceShown: priceDecimals,
    quantityShown: quantityDecimals,
    pricePrecision: priceDecimals,
    quantityPrecision: quantityDecimals,
    minNotional: toMoney(text(filter('MIN_NOTIONAL').notional, '0')),
    buyBand: band,
    sellBand: band,
    marketBound: ppm(row.marketTakeBound, '0.05'),
    triggerProtect: ppm(row.triggerProtect, '0.05'),
    maxOrders: Number(filter('MAX_NUM_ORDERS').limit ?? 200),
  };
}

/** Reads a spot row: eight decimals on the wire, counted in ticks and steps. */
export function spotInstrument(row: ExchangeInfoRow): Instrument {
  const filter = filtersOf(row);
  const bySide = filter('PERCENT_PRICE_BY_SIDE');
  const notional = filter('NOTIONAL').minNotional ?? filter('MIN_NOTIONAL').minNotional;
  return {
    ...common(
      row,
      decimalsOf(text(filter('PRICE_FILTER').tickSize)),
      decimalsOf(text(filter('LOT_SIZE').stepSize)),
    ),
    priceShown: 8,
    quantityShown: 8,
    pricePrecision: 8,
    quantityPrecision: 8,
    minNotional: toMoney(text(notional, '0')),
    buyBand: { up: ppm(bySide.bidMultiplierUp, '5'), down: ppm(bySide.bidMultiplierDown, '0.2') },
    sellBand: { up: ppm(bySide.askMultiplierUp, '5'), down: ppm(bySide.askMultiplierDown, '0.2') },
    marketBound: ppm('0.10', '0.10'),
    triggerProtect: MILLION,
    ...trailingOf(filter('TRAILING_DELTA')),
    maxOrders: Number(filter('MAX_NUM_ORDERS').maxNumOrders ?? 200),
  };
}

function common(row: ExchangeInfoRow, priceDecimals: number, quantityDecimals: number) {
  const filter = filtersOf(row);
  const spare = MONEY_DECIMALS - priceDecimals - quantityDecimals;
  if (spare < 0)
    throw new Error(
      `${row.symbol}: tick size and step size have more than 8 decimal places together, so amounts would not be exact; take the symbol out of SYMBOLS of the paper exchange`,
    );
  const lot = bounds(filter('LOT_SIZE'), quantityDecimals);
  const market = bounds(filter('MARKET_LOT_SIZE'), quantityDecimals);
  const priceFilter = filter('PRICE_FILTER');
  return {
    symbol: row.symbol,
    base: row.baseAsset,
    quote: row.quoteAsset,
    priceDecimals,
    quantityDecimals,
    price: {
      minimum: toUnits(text(priceFilter.minPrice), priceDecimals),
      maximum: toUnits(text(priceFilter.maxPrice), priceDecimals),
      step: toUnits(text(priceFilter.tickSize), priceDecimals),
    },
    lot,
    marketLot: {
      minimum: market.minimum || lot.minimum,
      maximum: market.maximum || lot.maximum,
      step: market.step || lot.step,
    },
    moneyFactor: 10n ** BigInt(spare),
  };
}

function trailingOf(filter: Readonly<Record<string, unknown>>): Pick<Instrument, 'trailing'> {
  const bound = (name: string): number => Number(filter[name]);
  if (filter.filterType === undefined) return {};
  return {
    trailing: {
      above: [bound('minTrailingAboveDelta'), bound('maxTrailingAboveDelta')],
      below: [bound('minTrailingBelowDelta'), bound('maxTrailingBelowDelta')],
    },
  };
}

const filtersOf = (row: ExchangeInfoRow) => (type: string) =>
  row.filters.find(({ filterType }) => filterType === type) ?? {};

const bounds = (filter: Readonly<Record<string, unknown>>, decimals: number): Bounds => ({
  minimum: toUnits(text(filter.minQty), decimals),
  maximum: toUnits(text(filter.maxQty), decimals),
  step: toUnits(text(filter.stepSize), decimals),
});

const text = (value: unknown, otherwise = '0'): string => (typeof value === 'string' ? value : otherwise);
const ppm = (value: unknown, otherwise: string): bigint => toMoney(text(value, otherwise)) / 100n;
