/** Which two orders make a pair of which one cancels the other, and where their prices must lie. */
import { Refusal } from '../shared/refusal';
import { spotRefusals } from './spot-refusals';
import { CheckedSpotOrder, SpotRequest } from './spot-request';

const TYPES: readonly string[] = [
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
];

/** @throws Refusal -1158, -1165, -1166, -1168, -1196 to -1199 */
export function checkPair(above: SpotRequest, below: SpotRequest): void {
  for (const { type } of [above, below])
    if (!TYPES.includes(type ?? '')) throw new Refusal(-1158, 'Order type not supported in OCO.');
  if (above.type === 'LIMIT_MAKER' && below.type === 'LIMIT_MAKER')
    throw new Refusal(-1168, 'At least one OCO order must be contingent.');
  const isBuy = above.side === 'BUY';
  const where = isBuy ? above : below;
  const other = isBuy ? below : above;
  if (where.type === 'LIMIT_MAKER')
    throw isBuy
      ? new Refusal(-1165, 'A limit order in a buy OCO must be below.')
      : new Refusal(-1166, 'A limit order in a sell OCO must be above.');
  if (other.type?.startsWith('STOP_LOSS'))
    throw isBuy
      ? new Refusal(-1196, 'A stop loss order in a buy OCO must be above.')
      : new Refusal(-1197, 'A stop loss order in a sell OCO must be below.');
  if (where.type?.startsWith('TAKE_PROFIT'))
    throw isBuy
      ? new Refusal(-1198, 'A take profit order in a buy OCO must be below.')
      : new Refusal(-1199, 'A take profit order in a sell OCO must be above.');
}

/** The last price lies between the two. @throws Refusal -2010 */
export function checkPrices(above: CheckedSpotOrder, below: CheckedSpotOrder, lastPrice: number): void {
  const [upper, lower] = [decisive(above), decisive(below)];
  if ((upper > 0 && upper <= lastPrice) || (lower > 0 && lower >= lastPrice)) throw spotRefusals.badPrices();
}

/** The price that says when the order trades: of a stop its trigger; 0 for one that only trails. */
const decisive = ({ type, price, stopPrice }: CheckedSpotOrder): number =>
  type === 'LIMIT_MAKER' ? price : stopPrice;
