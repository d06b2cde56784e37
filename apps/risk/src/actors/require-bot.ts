/** What a bot may send: as itself, for itself, within every limit. */
import { botActor } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';

/** @throws TradingFailure BOT_NOT_ALLOWED the actor is not the bot that the order names, or shows an override token */
export function requireBot({
  actor,
  botConfigId,
  overrideToken,
}: {
  readonly actor: string;
  readonly botConfigId?: string;
  readonly overrideToken?: string;
}): void {
  if (botConfigId === undefined || actor !== botActor(botConfigId))
    throw new TradingFailure(
      'BOT_NOT_ALLOWED',
      'Orders are taken here from the bot that they name only; nothing was sent. Send it as that bot',
    );
  if (overrideToken !== undefined)
    throw new TradingFailure(
      'BOT_NOT_ALLOWED',
      'A bot may not pass a limit by an override; nothing was sent. Send it without the token',
    );
}

/** @throws TradingFailure BOT_NOT_ALLOWED the actor is no bot */
export function botOfActor(actor: string): string {
  const id = actor.startsWith(botActor('')) ? actor.slice(botActor('').length) : '';
  if (id !== '') return id;
  throw new TradingFailure('BOT_NOT_ALLOWED', 'Only bots change their orders here; the order is unchanged');
}
