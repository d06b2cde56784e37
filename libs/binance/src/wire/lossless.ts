/** Binance's JSON without losing digits: an order id above 2^53 stays what it is, as text. */
import { parse } from 'lossless-json';

const readNumber = (text: string): number | string => {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
};

/** @throws SyntaxError if it is not JSON */
export function parseLossless(text: string): unknown {
  return /\d{16}/.test(text) ? parse(text, undefined, readNumber) : JSON.parse(text);
}
