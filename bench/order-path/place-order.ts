/** A client's market order over one kept connection, and how long it took. */
import { Agent, request } from 'node:http';

export interface Placed {
  readonly status: number;
  /** On the machine's monotonic clock, as the paper exchange has it too. */
  readonly sentAt: number;
  readonly tookMs: number;
}

export type Place = (id: string, side: string) => Promise<Placed>;

const MOST_CONNECTIONS = 128;
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export function client(
  gatewayUrl: string,
  apiKey: string,
): { readonly place: Place; readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  const { hostname: host, port } = new URL(gatewayUrl);
  const place: Place = (clientOrderId, side) => {
    const body = JSON.stringify({
      clientOrderId,
      symbol: 'BTCUSDT',
      side,
      type: 'MARKET',
      quantity: '0.002',
    });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-api-key': apiKey,
    };
    const sentAt = monotonicMs();
    return new Promise((resolve, reject) => {
      const call = request(
        { host, port, method: 'POST', path: '/api/v1/orders', agent, headers },
        (response) => {
          response.resume();
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, sentAt, tookMs: monotonicMs() - sentAt }),
          );
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  };
  return { place, close: () => agent.destroy() };
}

/** Buys and sells by turns on so many lanes at once until the time is over; answers every order. */
export async function keepInFlight(
  place: Place,
  lanes: number,
  windowMs: number,
  name: string,
): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  const until = performance.now() + windowMs;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let round = 0; performance.now() < until; round += 1)
        placed.push(await place(`${name}-${lane}-${round}`, (lane + round) % 2 ? 'SELL' : 'BUY'));
    }),
  );
  return placed;
}
