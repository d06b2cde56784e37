/** What the Binance front may ask for: orders of its keys, under their own names, and nothing that passes a limit. */
import { SubmitOrder } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';

/** @throws TradingFailure SCOPE_MISSING it is not the order of one of the front's keys, or it shows an override */
export function requireFrontOrder({ actor, origin, overrideToken }: SubmitOrder): void {
  if (origin !== undefined && actor === `key:${origin.keyId}` && overrideToken === undefined) return;
  throw new TradingFailure(
    'SCOPE_MISSING',
    'The Binance front may send only orders of its own keys, without an override; nothing was sent',
  );
}
