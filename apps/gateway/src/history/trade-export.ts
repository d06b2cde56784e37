/** Trades as a stream of CSV or NDJSON: a chunk is asked for when the client has taken the one before. */
import { TradeFilter, TradeView, exportTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Readable } from 'node:stream';
import { isoTime } from '../rest/iso-time';

export type TradeBody = Omit<TradeView, 'createdAtMs'> & { readonly createdAt: string };

/**
 * Field by field: a page has a thousand of them, and copying what is left over takes several times as long. A field that is
 * forgotten here does not compile.
 */
export const toTradeBody = (trade: TradeView): TradeBody =>
  ({
    id: trade.id,
    clientOrderId: trade.clientOrderId,
    symbol: trade.symbol,
    side: trade.side,
    price: trade.price,
    quantity: trade.quantity,
    quoteQuantity: trade.quoteQuantity,
    fee: trade.fee,
    feeAsset: trade.feeAsset,
    realizedPnl: trade.realizedPnl,
    botConfigId: trade.botConfigId,
    origin: trade.origin,
    createdAt: isoTime(trade.createdAtMs),
  }) satisfies Record<keyof TradeBody, unknown>;

/** Waits for the first chunk, so that a history that is unavailable is still an answer and not a broken stream. */
export async function exportStream(
  bus: Bus,
  filter: TradeFilter,
  format: 'csv' | 'ndjson',
): Promise<Readable> {
  const first = await bus.request(exportTrades, { ...filter, format, chunk: 0 });
  return Readable.from(
    (async function* () {
      yield first.text;
      let { chunk, nextCursor } = first;
      while (nextCursor !== null) {
        const next = await bus.request(exportTrades, {
          ...filter,
          format,
          chunk: chunk + 1,
          cursor: nextCursor,
        });
        yield next.text;
        ({ chunk, nextCursor } = next);
      }
    })(),
    { objectMode: false },
  );
}
