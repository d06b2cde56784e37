/** What is traded, and the grid and bounds the exchange puts around it. */
import { Decimal } from './decimal';
import { Market } from './order';

/** All decimals are in the instrument's own units; a bound that the exchange does not set is absent. */
export interface Instrument {
  readonly symbol: string;
  readonly market: Market;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly isTrading: boolean;
  readonly tickSize: Decimal;
  readonly minPrice?: Decimal;
  readonly maxPrice?: Decimal;
  readonly stepSize: Decimal;
  readonly minQuantity: Decimal;
  readonly maxQuantity: Decimal;
  readonly marketStepSize: Decimal;
  readonly marketMinQuantity: Decimal;
  readonly marketMaxQuantity: Decimal;
  readonly minNotional: Decimal;
  /** A BUY may be priced at most at mark x up, a SELL at least at mark x down. */
  readonly priceMultiplierUp?: Decimal;
  readonly priceMultiplierDown?: Decimal;
}

/** The same as it travels: decimals are strings. */
export type InstrumentMessage = {
  readonly [K in keyof Instrument]: Instrument[K] extends Decimal
    ? string
    : Instrument[K] extends Decimal | undefined
      ? string | undefined
      : Instrument[K];
};

const DECIMAL_FIELDS = [
  'tickSize',
  'minPrice',
  'maxPrice',
  'stepSize',
  'minQuantity',
  'maxQuantity',
  'marketStepSize',
  'marketMinQuantity',
  'marketMaxQuantity',
  'minNotional',
  'priceMultiplierUp',
  'priceMultiplierDown',
] as const;

/** Writes an instrument for the wire. */
export function toInstrumentMessage(instrument: Instrument): InstrumentMessage {
  const message: Record<string, unknown> = { ...instrument };
  for (const field of DECIMAL_FIELDS) message[field] = instrument[field]?.toFixed();
  return message as unknown as InstrumentMessage;
}

/** Reads an instrument from the wire. */
export function fromInstrumentMessage(message: InstrumentMessage): Instrument {
  const instrument: Record<string, unknown> = { ...message };
  for (const field of DECIMAL_FIELDS) {
    const text = message[field];
    instrument[field] = text === undefined || text === null ? undefined : new Decimal(text);
  }
  return instrument as unknown as Instrument;
}
