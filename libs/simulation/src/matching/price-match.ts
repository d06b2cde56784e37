/** `priceMatch`: the order takes its price from the book instead of from the caller. */
import { Side } from '../shared/order';
import { refusals } from '../shared/refusal';
import { SymbolMarket } from './symbol-market';

const RULE = /^(OPPONENT|QUEUE)(?:_(5|10|20))?$/;

export function matchedPrice(market: SymbolMarket, side: Side, rule: string): number {
  const [, where, depth = '1'] = RULE.exec(rule) ?? [];
  if (where === undefined) throw refusals.badData('priceMatch');
  const levels = market.levels(
    where === 'OPPONENT' ? (side === 'BUY' ? 'SELL' : 'BUY') : side,
    Number(depth),
  );
  const level = levels[levels.length - 1];
  if (!level) throw refusals.beyondMarketBand();
  return level[0];
}
