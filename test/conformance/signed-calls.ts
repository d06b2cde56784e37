/** Calls the paper exchange as a client without any library would: signed by hand. */
import { createHmac } from 'node:crypto';
import type { PaperVenue } from './venue';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the exchange answers
}

export type Parameters = Readonly<Record<string, string | number>>;

/** Of these parameters the ones that a call takes: the exchange refuses the others. */
export const takenOf = (
  { names }: { readonly names: ReadonlySet<string> },
  parameters: Parameters,
): Parameters => Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name)));

export async function call(
  venue: PaperVenue,
  method: string,
  path: string,
  parameters: Parameters = {},
  options: { readonly signed?: boolean; readonly timestamp?: number } = {},
): Promise<Answer> {
  const { signed = true, timestamp = venue.exchange.clock.now() } = options;
  const sent = Object.entries({ ...parameters, ...(signed && { timestamp }) });
  const query = new URLSearchParams(
    sent.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const signature = createHmac('sha256', venue.apiSecret).update(query).digest('hex');
  const response = await fetch(`${venue.rest}${path}?${query}${signed ? `&signature=${signature}` : ''}`, {
    method,
    headers: { 'X-MBX-APIKEY': venue.apiKey },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}
