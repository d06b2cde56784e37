/** Account, day and positions as they were at one moment: no figure of them is newer than the one beside it. */
import type { AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';

export type Moment = AnswerOf<'/api/v1/overview', 'get'>;

const EVERY_MS = 2_000;
const OLD_MS = 6_000;

export function useMoment() {
  const moment = useAnswer('/api/v1/overview', {}, { everyMs: EVERY_MS });
  const isOld = useIsOld(moment.dataUpdatedAt, OLD_MS);
  return { moment, isOld, age: <Age receivedAtMs={moment.dataUpdatedAt} oldMs={OLD_MS} /> };
}
