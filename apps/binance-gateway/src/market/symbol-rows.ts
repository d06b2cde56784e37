/** An instrument as `exchangeInfo` announces it: what Elvis itself read there, put back into its words. */
import { Decimal, InstrumentMessage } from '@elvis/trading';

const ORDER_TYPES = {
  futures: [
    'LIMIT',
    'MARKET',
    'STOP',
    'STOP_MARKET',
    'TAKE_PROFIT',
    'TAKE_PROFIT_MARKET',
    'TRAILING_STOP_MARKET',
  ],
  spot: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'],
} as const;
const DELIVERY = /^(.+)_(\d{6})$/;

export function symbolRow(instrument: InstrumentMessage): object {
  return instrument.market === 'futures' ? futuresRow(instrument) : spotRow(instrument);
}

function futuresRow(instrument: InstrumentMessage): object {
  const { symbol, baseAsset, quoteAsset, isTrading } = instrument;
  const delivery = DELIVERY.exec(symbol);
  return {
    symbol,
    pair: delivery?.[1] ?? symbol,
    contractType: delivery ? 'CURRENT_QUARTER' : 'PERPETUAL',
    status: isTrading ? 'TRADING' : 'BREAK',
    baseAsset,
    quoteAsset,
    marginAsset: quoteAsset,
    pricePrecision: decimalsOf(instrument.tickSize),
    quantityPrecision: decimalsOf(instrument.stepSize),
    filters: [
      ...commonFilters(instrument),
      { filterType: 'MIN_NOTIONAL', notional: instrument.minNotional },
      ...(instrument.priceMultiplierUp !== undefined && instrument.priceMultiplierDown !== undefined
        ? [
            {
              filterType: 'PERCENT_PRICE',
              multiplierUp: instrument.priceMultiplierUp,
              multiplierDown: instrument.priceMultiplierDown,
            },
          ]
        : []),
    ],
    orderTypes: ORDER_TYPES.futures,
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  };
}

function spotRow(instrument: InstrumentMessage): object {
  const { symbol, baseAsset, quoteAsset, isTrading } = instrument;
  return {
    symbol,
    status: isTrading ? 'TRADING' : 'BREAK',
    baseAsset,
    quoteAsset,
    baseAssetPrecision: 8,
    quoteAssetPrecision: 8,
    quotePrecision: 8,
    orderTypes: ORDER_TYPES.spot,
    icebergAllowed: false,
    ocoAllowed: false,
    quoteOrderQtyMarketAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
    filters: [...commonFilters(instrument), { filterType: 'NOTIONAL', minNotional: instrument.minNotional }],
  };
}

function commonFilters(instrument: InstrumentMessage): object[] {
  return [
    {
      filterType: 'PRICE_FILTER',
      tickSize: instrument.tickSize,
      minPrice: instrument.minPrice ?? '0',
      maxPrice: instrument.maxPrice ?? '0',
    },
    {
      filterType: 'LOT_SIZE',
      stepSize: instrument.stepSize,
      minQty: instrument.minQuantity,
      maxQty: instrument.maxQuantity,
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      stepSize: instrument.marketStepSize,
      minQty: instrument.marketMinQuantity,
      maxQty: instrument.marketMaxQuantity,
    },
  ];
}

const decimalsOf = (step: string): number => new Decimal(step).decimalPlaces();
