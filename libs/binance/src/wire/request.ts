/** A call to Binance before it is signed: what, where, and under which security type. */
import { Market } from '@elvis/trading';
import { Parameters } from './signing';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** NONE: public; KEY: the header is enough; SIGNED: key, timestamp and signature. */
export type Security = 'NONE' | 'KEY' | 'SIGNED';

export interface BinanceRequest {
  readonly market: Market;
  readonly method: Method;
  readonly path: string;
  readonly parameters: Parameters;
  readonly security: Security;
}

export const request = (
  market: Market,
  method: Method,
  path: string,
  security: Security,
  parameters: Parameters = {},
): BinanceRequest => ({ market, method, path, parameters, security });
