/**
 * How Binance's market streams are addressed and asked: combined streams, whose names travel in the address as far as
 * it stays short, and in SUBSCRIBE messages else. The parts that a supervised stream needs of a venue.
 */

/** Futures streams are split over two routes: a stream asked on the wrong one stays silent. Spot has one. */
export type FuturesRoute = 'public' | 'market';

/** Which route a stream travels on, by its name. */
export const futuresRouteOf = (stream: string): FuturesRoute =>
  /@(?:bookTicker|depth|rpiDepth|trade)|^!bookTicker/.test(stream) ? 'public' : 'market';

/** A message of a combined stream: the stream's name, and the data byte by byte. */
export interface StreamFrame {
  readonly stream: string;
  readonly data: string;
}

const FRAME_BEGIN = '{"stream":"';
const FRAME_DATA = '","data":';

/** Takes the wrapper off without reading what is in it; undefined if that is not what it is. */
export function splitFrame(text: string): StreamFrame | undefined {
  if (!text.startsWith(FRAME_BEGIN) || !text.endsWith('}')) return undefined;
  const end = text.indexOf('"', FRAME_BEGIN.length);
  if (!text.startsWith(FRAME_DATA, end)) return undefined;
  return { stream: text.slice(FRAME_BEGIN.length, end), data: text.slice(end + FRAME_DATA.length, -1) };
}

/** An address of more than some thousand characters may be refused. */
const NAMES_IN_ADDRESS = 50;

type Control =
  'ending' | { readonly confirmed: number } | { readonly refused: number; readonly reason: string };

export const marketStreams = (origin: string, route?: FuturesRoute) => ({
  address: (wanted: readonly string[]) => {
    const carried = wanted.slice(0, NAMES_IN_ADDRESS);
    const path = `${origin.replace(/\/+$/, '')}${route ? `/${route}` : ''}/stream`;
    // In a query a plus sign is a space.
    return { url: `${path}?streams=${carried.join('/').replaceAll('+', '%2B')}`, carried };
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
