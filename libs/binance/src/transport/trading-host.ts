/**
 * Key and host must belong together: a paper or testnet run must never reach the real exchange, and no run an address
 * that somebody mistyped or made up. Each mode goes to the hosts that are known to be its own, to this machine, and to
 * those that `ALLOW_HOST` names; a host of another mode is not let in by that either.
 */
export const TRADING_MODES = ['paper', 'testnet', 'live'] as const;
export type TradingMode = (typeof TRADING_MODES)[number];

export interface TradingHost {
  readonly mode: TradingMode;
  /** What LIVE_TRADING_CONFIRMED says; absent for those that place no orders. */
  readonly confirmed?: string;
  /** By the name of the variable; what is not set is left out. */
  readonly urls: Readonly<Record<string, string | undefined>>;
  /** Host names beside the known ones. */
  readonly allowed: readonly string[];
}

/** As the exchange's documentation names them. */
const KNOWN: Readonly<Record<Exclude<TradingMode, 'paper'>, ReadonlySet<string>>> = {
  live: new Set([
    ...['fapi.binance.com', 'fstream.binance.com', 'ws-fapi.binance.com'],
    ...['api.binance.com', 'api-gcp.binance.com'],
    ...['api1.binance.com', 'api2.binance.com', 'api3.binance.com', 'api4.binance.com'],
    ...['stream.binance.com', 'ws-api.binance.com'],
  ]),
  testnet: new Set([
    ...['demo-fapi.binance.com', 'demo-fstream.binance.com'],
    ...['testnet.binancefuture.com', 'fstream.binancefuture.com'],
    ...[
      'demo-api.binance.com',
      'demo-stream.binance.com',
      'demo-ws-api.binance.com',
      'testnet.binance.vision',
    ],
  ]),
};
const BINANCE = /(^|\.)binance\.com$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A host name or an address, without scheme, port or path. */
export const HOST_NAME =
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$|^\[[0-9a-f:]+\]$/;

/** Every address of the exchange that a configuration has: a new one is looked at without anybody thinking of it. */
export const exchangeUrls = (config: object): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => /^BINANCE_.*_URL$/.test(name)));

/** Every reason why this mode must not start on these hosts. */
export function tradingHostProblems({ mode, confirmed, urls, allowed }: TradingHost): string[] {
  const unconfirmed =
    mode === 'live' && confirmed !== undefined && confirmed !== 'yes'
      ? ['TRADING_MODE=live also needs LIVE_TRADING_CONFIRMED=yes']
      : [];
  const problems = Object.entries(urls).flatMap(([name, url]) => {
    const problem = url === undefined ? undefined : problemWith(url, mode, allowed);
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  return [...unconfirmed, ...problems];
}

function problemWith(text: string, mode: TradingMode, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return 'must be an address such as https://fapi.binance.com';
  const { hostname, protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') return 'must not contain a user name or a password';
  if (LOOPBACK.test(hostname)) return undefined;
  const owner = ownerOf(hostname);
  if (owner !== undefined && owner !== mode)
    return `is a host of ${owner}, but TRADING_MODE is ${mode}; set the host of that mode, or the other mode`;
  if (owner === mode && mode !== 'paper' && KNOWN[mode].has(hostname)) {
    return /^(https|wss):$/.test(protocol)
      ? undefined
      : 'must be https or wss, because this host is not on this machine';
  }
  if (allowed.includes(hostname)) return undefined;
  const known = mode === 'paper' ? '' : `a known host of ${mode}, `;
  return `must be on ${known}this machine or a host in ALLOW_HOST (TRADING_MODE is ${mode})`;
}

/** The mode a host belongs to; every name under the exchange's own domain is of live unless it is known as testnet's. */
const ownerOf = (host: string): TradingMode | undefined => {
  if (KNOWN.testnet.has(host)) return 'testnet';
  return KNOWN.live.has(host) || BINANCE.test(host.replace(/\.$/, '')) ? 'live' : undefined;
};
