/** Which streams there are: one that nobody would ever send on is refused, not left silent. */
import { INTERVALS } from '@elvis/simulation';
import { aheadOfZone } from '../candles/time-zone';

const INTERVAL = `(?:${[...INTERVALS.keys()].join('|')})`;
const OF_BOTH = `trade|aggTrade|bookTicker|ticker|miniTicker|kline_${INTERVAL}`;
const OF_SYMBOL = {
  spot: new RegExp(
    `^(?:${OF_BOTH}|avgPrice|ticker_(?:1h|4h|1d)|depth(?:5|10|20)?(?:@(?:0|100|1000)ms)?|kline_${INTERVAL}@(?<zone>[+-].+))$`,
  ),
  futures: new RegExp(
    `^(?:${OF_BOTH}|markPrice(?:@1s)?|forceOrder|depth(?:5|10|20)?(?:@(?:0|100|250|500)ms)?)$`,
  ),
} as const;
const OF_ALL = {
  spot: /^!(?:ticker@arr|miniTicker@arr|bookTicker|ticker_(?:1h|4h|1d)@arr)$/,
  futures: /^!(?:ticker@arr|miniTicker@arr|bookTicker|forceOrder@arr|markPrice@arr(?:@1s)?)$/,
} as const;
const CONTINUOUS = new RegExp(`^(\\w+)_perpetual@continuousKline_${INTERVAL}$`);

/** @param plays whether the market plays this symbol, named in capitals */
export function isKnownStream(
  market: 'futures' | 'spot',
  stream: string,
  plays: (symbol: string) => boolean,
): boolean {
  if (OF_ALL[market].test(stream)) return true;
  const isPlayed = (name: string): boolean => name === name.toLowerCase() && plays(name.toUpperCase());
  const pair = market === 'futures' ? CONTINUOUS.exec(stream)?.[1] : undefined;
  if (pair !== undefined) return isPlayed(pair) && !stream.endsWith('_1s');
  const at = stream.indexOf('@');
  const match = OF_SYMBOL[market].exec(stream.slice(at + 1));
  if (at < 1 || !match || !isPlayed(stream.slice(0, at))) return false;
  const zone = match.groups?.zone;
  if (zone !== undefined) return aheadOfZone(zone) !== undefined;
  return market === 'spot' || !stream.endsWith('kline_1s');
}
