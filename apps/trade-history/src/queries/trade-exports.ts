/** Trades as text, a chunk at a time: never more than one in memory, however many there are. */
import { EXPORT_CHUNK_BYTES, ExportChunk, ExportTrades, TradeView } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { writeCursor } from './cursor';
import { Trades } from './trades';

const COLUMNS = [
  'id',
  'clientOrderId',
  'symbol',
  'side',
  'price',
  'quantity',
  'quoteQuantity',
  'fee',
  'feeAsset',
  'realizedPnl',
  'botConfigId',
  'createdAt',
] as const;

/** Rows that surely fill a chunk or little less; what does not fit is read again with the next one. */
const ROWS = { csv: 1_400, ndjson: 800 } as const;

type ExportedTrade = Omit<TradeView, 'createdAtMs'> & { readonly createdAt: string };

@Injectable()
export class TradeExports {
  constructor(private readonly trades: Trades) {}

  async chunk({ format, chunk, cursor, ...filter }: ExportTrades): Promise<ExportChunk> {
    const page = await this.trades.page({ ...filter, direction: 'older', limit: ROWS[format], cursor });
    const lines: string[] = chunk === 0 && format === 'csv' ? [`${COLUMNS.join(',')}\r\n`] : [];
    let bytes = lines.join('').length;
    let rows = 0;
    for (const trade of page.items) {
      const line = format === 'csv' ? csvLine(exported(trade)) : `${JSON.stringify(exported(trade))}\n`;
      bytes += Buffer.byteLength(line);
      if (bytes > EXPORT_CHUNK_BYTES) break;
      lines.push(line);
      rows += 1;
    }
    const last = page.items[rows - 1];
    const isCut = rows < page.items.length;
    return {
      chunk,
      rows,
      text: lines.join(''),
      nextCursor: isCut && last ? cursorBehind(last) : page.nextCursor,
    };
  }
}

/** Trades stand at whole milliseconds, because the exchange tells no more. */
const cursorBehind = ({ id, createdAtMs }: TradeView): string =>
  writeCursor({ createdAt: `${new Date(createdAtMs).toISOString().slice(0, -1)}000Z`, id });

const exported = ({ createdAtMs, ...trade }: TradeView): ExportedTrade => ({
  ...trade,
  createdAt: new Date(createdAtMs).toISOString(),
});

const csvLine = (trade: ExportedTrade): string =>
  `${COLUMNS.map((column) => csvField(trade[column] ?? '')).join(',')}\r\n`;

/** Quoted where CSV asks for it; a field that a spreadsheet would run as a formula is made text. */
function csvField(value: string): string {
  const text = /^[=@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
