/** Names of streams: what clients write, and what there is. An unknown one is refused, because silence would be taken for calm. */
import { Market } from '@elvis/trading';

const KINDS: Readonly<Record<Market, readonly RegExp[]>> = {
  futures: [
    /^[a-z0-9_]+@(depth(5|10|20)?(@(100|250|500|1000)ms)?|rpiDepth(@500ms)?|bookTicker|aggTrade|trade|markPrice(@1s)?|ticker|miniTicker|forceOrder|kline_(1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M))$/,
    /^[a-z0-9]+_perpetual@continuousKline_(1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M)$/,
    /^!(bookTicker|contractInfo|(markPrice@arr(@1s)?)|((ticker|miniTicker|forceOrder|assetIndex)@arr))$/,
  ],
  spot: [
    /^[a-z0-9]+@(depth(5|10|20)?(@(100|250|500|1000)ms)?|bookTicker|aggTrade|trade|ticker|miniTicker|avgPrice|ticker_(1h|4h|1d)|kline_(1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M)(@\+08:00)?)$/,
    /^!((miniTicker@arr)|(ticker_(1h|4h|1d)@arr))$/,
  ],
};

/** With the symbol in small letters, as the exchange has it; undefined for one that there is not. */
export function streamNamed(market: Market, name: string): string | undefined {
  const at = name.indexOf('@');
  const written = at > 0 && !name.startsWith('!') ? name.slice(0, at).toLowerCase() + name.slice(at) : name;
  return KINDS[market].some((kind) => kind.test(written)) ? written : undefined;
}

/** The symbol that it is about; undefined for those of a whole market. */
export const symbolOf = (stream: string): string | undefined =>
  stream.startsWith('!')
    ? undefined
    : stream
        .slice(0, stream.indexOf('@'))
        .replace(/_perpetual$/, '')
        .toUpperCase();
