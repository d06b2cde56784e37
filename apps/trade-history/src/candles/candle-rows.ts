/** How a sealed minute is stored, and read again in its newest revision. */
import { SealedCandle } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { statement } from '../database/conditions';
import { UnnestInsert, instant } from '../database/unnest';

/** Once for each revision; the one that was there first stays. */
export const CANDLE_INSERT = new UnnestInsert<SealedCandle>(
  'candles',
  [
    { name: 'market', type: 'text', value: ({ market }) => market },
    { name: 'symbol', type: 'text', value: ({ symbol }) => symbol },
    { name: 'open_time', type: 'timestamptz', value: ({ openTimeMs }) => instant(openTimeMs) },
    { name: 'revision', type: 'integer', value: ({ revision }) => revision },
    { name: 'open', type: 'numeric', value: ({ open }) => open },
    { name: 'high', type: 'numeric', value: ({ high }) => high },
    { name: 'low', type: 'numeric', value: ({ low }) => low },
    { name: 'close', type: 'numeric', value: ({ close }) => close },
    { name: 'volume', type: 'numeric', value: ({ volume }) => volume },
    { name: 'quote_volume', type: 'numeric', value: ({ quoteVolume }) => quoteVolume },
    { name: 'trades', type: 'bigint', value: ({ trades }) => trades },
    { name: 'first_id', type: 'bigint', value: ({ firstId }) => firstId },
    { name: 'last_id', type: 'bigint', value: ({ lastId }) => lastId },
    { name: 'sealed_by', type: 'text', value: ({ sealedBy }) => sealedBy },
  ],
  'ON CONFLICT DO NOTHING RETURNING 1',
);

/** The symbol of a market whose candles are meant. */
export interface CandleKey {
  readonly market: Market;
  readonly symbol: string;
}

/** The newest revision of each minute of `$1` market, `$2` symbol, from `$3` up to before `$4`; newest first. */
export const NEWEST_REVISIONS = `SELECT DISTINCT ON (open_time) * FROM candles
  WHERE market = $1 AND symbol = $2 AND open_time >= $3::timestamptz AND open_time < $4::timestamptz
  ORDER BY open_time DESC, revision DESC`;

/** Milliseconds of a column that holds a time. */
export const inMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

/** A number without the zeros that its column may have added. */
export const plainText = (column: string): string => `trim_scale(${column})::text`;

export const spanValues = ({ market, symbol }: CandleKey, fromMs: number, toMs: number): unknown[] => [
  market,
  symbol,
  instant(fromMs),
  instant(toMs),
];

/** Those as `SealedMinute`, oldest first. */
export const MINUTES =
  statement(`SELECT ${inMs('open_time')} AS "openTimeMs", revision, sealed_by AS "sealedBy",
    ${['open', 'high', 'low', 'close', 'volume'].map((column) => `${plainText(column)} AS ${column}`).join(', ')},
    ${plainText('quote_volume')} AS "quoteVolume", trades::float8 AS trades
  FROM (${NEWEST_REVISIONS}) AS newest ORDER BY open_time`);
