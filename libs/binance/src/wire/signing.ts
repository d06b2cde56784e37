/**
 * How Binance wants a request signed: percent-encode, join, HMAC-SHA256 in hex over the literal text that is sent,
 * signature last. One order for both markets (spot has asked for encoding before signing since 2026-01-15).
 */
import { createHmac } from 'node:crypto';

export type Parameter = string | number | boolean | undefined;
export type Parameters = Readonly<Record<string, Parameter>>;

/** `a=1&b=x%2Fy`, in the order given; undefined values are left out. */
export const toQuery = (parameters: Parameters): string =>
  Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');

export const sign = (payload: string, secret: string): string =>
  createHmac('sha256', secret).update(payload).digest('hex');

export interface Timing {
  /** Exchange time of the request, milliseconds. */
  readonly timestampMs: number;
  /** For how long after it the exchange may accept the request, milliseconds. */
  readonly recvWindowMs: number;
}

/** The complete signed query. */
export function toSignedQuery(
  parameters: Parameters,
  { timestampMs, recvWindowMs }: Timing,
  secret: string,
): string {
  const payload = toQuery({ ...parameters, recvWindow: recvWindowMs, timestamp: timestampMs });
  return `${payload}&signature=${sign(payload, secret)}`;
}
