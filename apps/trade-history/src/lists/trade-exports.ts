/**
 * Trades as text, a chunk at a time: never more than one in memory, however many there are. The database writes the
 * lines itself: a row that never becomes objects here leaves nothing behind to be collected.
 */
import { EXPORT_CHUNK_BYTES, ExportChunk, ExportTrades } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { CURSOR_TIME, statement } from '../database/conditions';
import { onFrom } from './keyset-page';
import { tradeConditions } from './trades';

const CREATED_AT = `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Quoted where CSV asks for it; a field that a spreadsheet would run as a formula is made text. */
const csvText = (column: string): string => {
  const safe = `CASE WHEN ${column} ~ '^[=@\\t\\r]' THEN '''' || ${column} ELSE ${column} END`;
  return `CASE WHEN ${column} ~ '[",\\r\\n=@\\t]' THEN
    CASE WHEN ${column} ~ '[",\\r\\n]' THEN '"' || replace(${safe}, '"', '""') || '"' ELSE ${safe} END
    ELSE ${column} END`;
};

/** Each by its name in the export; the same in both formats. */
const COLUMNS = {
  id: { json: 'id', csv: csvText('id') },
  clientOrderId: { json: 'client_order_id', csv: csvText('client_order_id') },
  symbol: { json: 'symbol', csv: csvText('symbol') },
  side: { json: 'side', csv: 'side' },
  price: { json: 'price::text', csv: 'price' },
  quantity: { json: 'quantity::text', csv: 'quantity' },
  quoteQuantity: { json: 'quote_quantity::text', csv: 'quote_quantity' },
  fee: { json: 'fee::text', csv: 'fee' },
  feeAsset: { json: 'fee_asset', csv: csvText('fee_asset') },
  realizedPnl: { json: 'realized_pnl::text', csv: 'realized_pnl' },
  botConfigId: { json: 'bot_config_id', csv: `coalesce(bot_config_id::text, '')` },
  createdAt: { json: CREATED_AT, csv: CREATED_AT },
} as const;

const HEADER = `${Object.keys(COLUMNS).join(',')}\r\n`;

/** Rows that surely fill a chunk or little less; what does not fit is read again with the next one. */
const FORMATS = {
  csv: {
    rows: 1_400,
    line: `concat(${Object.values(COLUMNS)
      .map(({ csv }) => csv)
      .join(`, ',', `)}, E'\\r\\n')`,
  },
  ndjson: {
    rows: 800,
    line: `json_strip_nulls((SELECT row_to_json(fields) FROM (SELECT ${Object.entries(COLUMNS)
      .map(([name, { json }]) => `${json} AS "${name}"`)
      .join(', ')}) AS fields))::text || E'\\n'`,
  },
} as const;

interface Row {
  readonly text: string;
  readonly rows: number;
  readonly isLast: boolean;
  readonly cursor: string | null;
}

@Injectable()
export class TradeExports {
  constructor(private readonly database: Database) {}

  /** @throws TradingFailure MESSAGE_MALFORMED the cursor is none of ours */
  async chunk({ format, chunk, cursor, ...filter }: ExportTrades): Promise<ExportChunk> {
    const { rows: most, line } = FORMATS[format];
    const header = chunk === 0 && format === 'csv' ? HEADER : '';
    const conditions = onFrom(tradeConditions(filter), { direction: 'older', id: 'id', cursor });
    const place = (value: unknown): string => conditions.place(value);
    // The least cursor is the last row's, because time and id stand in it as they are sorted.
    const [row] = await this.database.rows<Row>(
      statement(`SELECT coalesce(string_agg(line, '' ORDER BY place) FILTER (WHERE fits), '') AS text,
          count(*) FILTER (WHERE fits)::float8 AS rows, coalesce(bool_and(fits), true) AS "isLast",
          min(cursor) FILTER (WHERE fits) AS cursor
        FROM (SELECT *, place <= ${place(most)}
            AND sum(octet_length(line)) OVER (ORDER BY place) <= ${place(EXPORT_CHUNK_BYTES - header.length)} AS fits
          FROM (SELECT ${line} AS line, (${CURSOR_TIME} || '~' || id) COLLATE "C" AS cursor,
              row_number() OVER (ORDER BY created_at DESC, id DESC) AS place
            FROM (SELECT * FROM trades ${conditions.where} ORDER BY created_at DESC, id DESC
              LIMIT ${place(most + 1)}) AS page) AS lines) AS measured`),
      conditions.values,
    );
    // Sums over everything are always one row.
    const { text, rows, isLast, cursor: end } = row as Row;
    return { chunk, rows, text: header + text, nextCursor: isLast ? null : end };
  }
}
