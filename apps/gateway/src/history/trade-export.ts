/** Trades as a stream of CSV or NDJSON: one page of the history at a time, read when the client has taken the last. */
import { ListTrades, TradeView, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Readable } from 'node:stream';
import { isoTime } from '../http/iso-time';

const PAGE_SIZE = 500;

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

export type TradeBody = Omit<TradeView, 'createdAtMs'> & { readonly createdAt: string };

export const toTradeBody = ({ createdAtMs, ...trade }: TradeView): TradeBody => ({
  ...trade,
  createdAt: isoTime(createdAtMs),
});

export async function* csvLines(bus: Bus, filter: ListTrades): AsyncGenerator<string> {
  let head = `${COLUMNS.join(',')}\r\n`;
  for await (const trades of pages(bus, filter)) {
    const lines = trades.map((trade) => `${COLUMNS.map((column) => csvField(trade[column])).join(',')}\r\n`);
    yield head + lines.join('');
    head = '';
  }
  if (head) yield head;
}

export async function* ndjsonLines(bus: Bus, filter: ListTrades): AsyncGenerator<string> {
  for await (const trades of pages(bus, filter))
    yield trades.map((trade) => `${JSON.stringify(trade)}\n`).join('');
}

/** Waits for the first piece, so that a history that is away is still an answer and not a broken stream. */
export async function begun(lines: AsyncGenerator<string>): Promise<Readable> {
  const first = await lines.next();
  return Readable.from(
    (async function* () {
      if (!first.done) yield first.value;
      yield* lines;
    })(),
  );
}

async function* pages(bus: Bus, filter: ListTrades): AsyncGenerator<readonly TradeBody[]> {
  let cursor = filter.cursor;
  do {
    const page = await bus.request(listTrades, { ...filter, limit: PAGE_SIZE, ...(cursor && { cursor }) });
    if (page.items.length > 0) yield page.items.map(toTradeBody);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Quoted where CSV asks for it; a field that a spreadsheet would run as a formula is made text. */
function csvField(value: string | undefined): string {
  if (value === undefined) return '';
  const text = /^[=@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
