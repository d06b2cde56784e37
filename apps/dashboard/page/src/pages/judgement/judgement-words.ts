import type { AnswerOf } from '../../api/api';
import type { Tone } from '../../parts/mark';

export type Judgement = AnswerOf<'/api/v1/go-no-go/{id}', 'get'>;

export const VERDICT_TONES: Readonly<Record<NonNullable<Judgement['verdict']>, Tone>> = {
  GO: 'good',
  GO_LIMITED: 'good',
  NOT_YET: 'warn',
  NO_GO: 'bad',
};
