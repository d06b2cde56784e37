/** What the Binance front may ask for: orders of its keys' bots, under the names those gave them, within every limit. */
import { SubmitOrder } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { requireBot } from '../actors/require-bot';

/** @throws TradingFailure BOT_NOT_ALLOWED it is no order of a key's bot, or it shows an override token */
export function requireFrontOrder(order: SubmitOrder): void {
  requireBot(order);
  if (order.origin !== undefined) return;
  throw new TradingFailure(
    'BOT_NOT_ALLOWED',
    'The Binance front sends only orders of its keys; nothing was sent. Send it with the key that it is of',
  );
}
