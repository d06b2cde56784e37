/** Which streams there are: one that nobody would ever send on is refused, not left silent. */
import { INTERVALS } from '@elvis/simulation';
import { aheadOfZone } from '../candles/time-zone';

/** What follows the `@`, but for candles, whose interval the simulation knows. */
const OF_SYMBOL = {
  spot: /^(?:trade|aggTrade|bookTicker|ticker|miniTicker|avgPrice|ticker_(?:1h|4h|1d)|depth(?:@0ms|(?:5|10|20)?(?:@(?:100|1000)ms)?))$/,
  futures:
    /^(?:trade|aggTrade|bookTicker|ticker|miniTicker|markPrice(?:@1s)?|forceOrder|depth(?:@0ms|(?:5|10|20)?(?:@(?:100|250|500)ms)?))$/,
} as const;
const CANDLES = /^kline_(?<interval>\w+)(?:@(?<zone>[+-].+))?$/;
const OF_ALL = {
  spot: /^!(?:ticker@arr|miniTicker@arr|bookTicker|ticker_(?:1h|4h|1d)@arr)$/,
  futures: /^!(?:ticker@arr|miniTicker@arr|bookTicker|forceOrder@arr|markPrice@arr(?:@1s)?)$/,
} as const;
const CONTINUOUS = /^(?<pair>\w+)_perpetual@continuousKline_(?<interval>\w+)$/;

/** @param plays whether the market plays this symbol, named in capitals */
export function isKnownStream(
  market: 'futures' | 'spot',
  stream: string,
  plays: (symbol: string) => boolean,
): boolean {
  if (OF_ALL[market].test(stream)) return true;
  const isPlayed = (name: string): boolean => name === name.toLowerCase() && plays(name.toUpperCase());
  const continuous = CONTINUOUS.exec(stream)?.groups;
  if (market === 'futures' && continuous !== undefined)
    return isPlayed(continuous.pair!) && isCandle(market, continuous.interval!, undefined);
  const at = stream.indexOf('@');
  if (at < 1 || !isPlayed(stream.slice(0, at))) return false;
  const rest = stream.slice(at + 1);
  const candles = CANDLES.exec(rest)?.groups;
  return candles === undefined
    ? OF_SYMBOL[market].test(rest)
    : isCandle(market, candles.interval!, candles.zone);
}

/** Seconds, and candles of another zone, are spot's alone. */
function isCandle(market: 'futures' | 'spot', interval: string, zone: string | undefined): boolean {
  if (!INTERVALS.has(interval)) return false;
  if (market === 'futures') return interval !== '1s' && zone === undefined;
  return zone === undefined || aheadOfZone(zone) !== undefined;
}
