/** A fill on its way into the table of trades. */
import { Decimal, Fill } from '@elvis/trading';
import { Results } from '../domain/position-fill';
import { Origin } from '../domain/symbol-lots';
import { microTime } from '../database/cursor';
import { UnnestInsert, instant } from '../database/unnest';

export interface TradeRow {
  readonly fill: Fill;
  readonly origin: Origin;
  /** What it closed; absent until it is worked out. */
  readonly results?: Results;
}

/**
 * The exchange's ids make the fill's; padded, so that fills of one millisecond stand in their own order. Where two orders
 * of the account trade with each other, both sides are ours under one trade id: the side tells them apart.
 */
export const tradeKey = ({ fill: { market, symbol, tradeId, side } }: Pick<TradeRow, 'fill'>): string =>
  `${market}-${symbol}-${tradeId.padStart(14, '0')}-${side}`;

/** Where it stands among all fills. */
export const placeOf = (row: TradeRow): { readonly time: string; readonly id: string } => ({
  time: microTime(row.fill.tradedAtMs * 1_000),
  id: tradeKey(row),
});

export const TRADE_INSERT = new UnnestInsert<TradeRow>(
  'trades',
  [
    { name: 'id', type: 'text', value: tradeKey },
    { name: 'created_at', type: 'timestamptz', value: ({ fill }) => instant(fill.tradedAtMs) },
    { name: 'trade_id', type: 'text', value: ({ fill }) => fill.tradeId },
    { name: 'market', type: 'text', value: ({ fill }) => fill.market },
    { name: 'symbol', type: 'text', value: ({ fill }) => fill.symbol },
    { name: 'client_order_id', type: 'text', value: ({ fill }) => fill.clientOrderId },
    { name: 'exchange_order_id', type: 'text', value: ({ fill }) => fill.exchangeOrderId },
    { name: 'side', type: 'text', value: ({ fill }) => fill.side },
    { name: 'price', type: 'numeric', value: ({ fill }) => fill.price },
    { name: 'quantity', type: 'numeric', value: ({ fill }) => fill.quantity },
    { name: 'quote_quantity', type: 'numeric', value: ({ fill }) => fill.quoteQuantity },
    { name: 'fee', type: 'numeric', value: ({ fill }) => fill.fee },
    { name: 'fee_asset', type: 'text', value: ({ fill }) => fill.feeAsset },
    {
      name: 'fee_quote',
      type: 'numeric',
      value: ({ fill }) => feeInQuote(fill),
      stored: 'coalesce(fee_quote, fee_in_quote(market, symbol, fee, fee_asset, price, created_at))',
    },
    { name: 'realized_pnl', type: 'numeric', value: ({ fill }) => fill.realizedPnl },
    { name: 'is_maker', type: 'boolean', value: ({ fill }) => fill.isMaker },
    { name: 'bot_config_id', type: 'uuid', value: ({ fill }) => fill.botConfigId },
    { name: 'origin', type: 'text', value: ({ origin }) => origin },
    { name: 'result', type: 'numeric', value: ({ results }) => results?.result.toFixed() },
    { name: 'closes', type: 'boolean', value: ({ results }) => results?.closes },
    { name: 'own_result', type: 'numeric', value: ({ results }) => results?.ownResult.toFixed() },
    { name: 'own_closes', type: 'boolean', value: ({ results }) => results?.ownCloses },
  ],
  'ON CONFLICT DO NOTHING',
);

/**
 * A fee in the quote asset stands as it is, one in the base asset at the fill's own price; any other, and one of a
 * fill that does not tell its assets, is the database's to look up.
 */
function feeInQuote({ fee, feeAsset, baseAsset, quoteAsset, price }: Fill): string | undefined {
  const amount = new Decimal(fee);
  if (amount.isZero()) return '0';
  if (feeAsset === quoteAsset) return fee;
  return feeAsset === baseAsset ? amount.times(price).toFixed() : undefined;
}
