/** Which door of the WebSocket server an address is: of what market, for what, and what is asked for in it. */
import { Market } from '@elvis/trading';

export interface Door {
  readonly market: Market;
  readonly kind: 'streams' | 'api';
  /** Messages say of which stream they are. */
  readonly isCombined: boolean;
  readonly streams: readonly string[];
  readonly listenKey: string | undefined;
}

const LISTEN_KEY = /^[A-Za-z0-9]{60,70}$/;

/** Undefined for an address that is no door. */
export function doorOf(url: URL, host: string): Door | undefined {
  const path = url.pathname;
  if (path === '/ws-api/v3' || path === '/ws-fapi/v1')
    return {
      market: path === '/ws-api/v3' ? 'spot' : 'futures',
      kind: 'api',
      isCombined: false,
      streams: [],
      listenKey: undefined,
    };
  const found = /^\/?(public|market|private|um|spot)?\/?(ws|stream)?(?:\/(.*))?$/.exec(path.slice(1));
  if (!found || (found[1] === undefined && found[2] === undefined)) return undefined;
  const [, route, form, rest = ''] = found;
  const isFutures = route === undefined ? host.startsWith('fstream.') : route !== 'spot';
  const asked = (url.searchParams.get('streams') ?? rest).split('/').filter((part) => part !== '');
  const key = url.searchParams.get('listenKey') ?? asked.find((part) => LISTEN_KEY.test(part));
  return {
    market: isFutures ? 'futures' : 'spot',
    kind: 'streams',
    isCombined: form === 'stream',
    // A number is how ccxt tells its connections apart.
    streams: asked.filter((part) => part.includes('@') || part.startsWith('!')),
    listenKey: key ?? undefined,
  };
}
