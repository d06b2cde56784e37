/** `timeZone` of the spot calls. */
import { refusals } from '@elvis/simulation';
import { aheadOfZone } from '../../candles/time-zone';
import { Params } from '../params';

/** How far ahead of UTC the caller's clock is. @throws Refusal -1130 */
export const aheadOf = (params: Params): number => {
  const ahead = aheadOfZone(params.get('timeZone') ?? '0');
  if (ahead === undefined) throw refusals.badData('timeZone');
  return ahead;
};
