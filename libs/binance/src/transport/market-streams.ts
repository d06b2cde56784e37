/**
 * How Binance's market streams are addressed and asked: combined streams, whose names travel in the address as far as
 * it stays short, and in SUBSCRIBE messages else. The parts that a supervised stream needs of a venue.
 */

/** Futures streams are split over two routes: a stream asked on the wrong one stays silent. Spot has one. */
export type FuturesRoute = 'public' | 'market';

/** An address of more than some thousand characters may be refused. */
const NAMES_IN_ADDRESS = 50;

type Control =
  'ending' | { readonly confirmed: number } | { readonly refused: number; readonly reason: string };

export const marketStreams = (origin: string, route?: FuturesRoute) => ({
  address: (wanted: readonly string[]) => {
    const carried = wanted.slice(0, NAMES_IN_ADDRESS);
    const path = `${origin.replace(/\/+$/, '')}${route ? `/${route}` : ''}/stream`;
    return { url: `${path}?streams=${carried.join('/')}`, carried };
  },
  subscribe: (names: readonly string[], request: number): string[] => [frame('SUBSCRIBE', names, request)],
  unsubscribe: (names: readonly string[], request: number): string[] => [
    frame('UNSUBSCRIBE', names, request),
  ],
  control: readControl,
});

const frame = (method: string, params: readonly string[], id: number): string =>
  JSON.stringify({ method, params, id });

/** Data come as `{"stream":"<name>",...}`; everything else is about the connection, or nothing that we know. */
function readControl(text: string): Control | undefined {
  if (text.startsWith('{"stream":"') && text[11] !== '!') return undefined;
  if (text.length > 1_000) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null) return undefined;
  const { id, result, error, code, msg, e, data } = message as Answer;
  if (e === 'serverShutdown' || data?.e === 'serverShutdown') return 'ending';
  if (typeof id !== 'number') return undefined;
  if (error !== undefined || code !== undefined)
    return { refused: id, reason: [error?.msg, msg].find((text) => typeof text === 'string') ?? 'no reason' };
  return result !== undefined ? { confirmed: id } : undefined;
}

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly msg?: unknown };
  readonly code?: unknown;
  readonly msg?: unknown;
  readonly e?: unknown;
  readonly data?: { readonly e?: unknown };
}
