/** A bot's state as the page shows it: a word, and how much it needs a person. */
import type { AnswerOf } from '../../api/api';
import type { Tone } from '../../parts/mark';

export type BotState = AnswerOf<'/api/v1/bot-states/{id}', 'get'>;
export type Status = BotState['status'];

export const TONES: Readonly<Record<Status, Tone>> = {
  STOPPED: 'calm',
  STARTING: 'calm',
  WARMING: 'calm',
  RUNNING: 'good',
  PAUSED: 'warn',
  REDUCING: 'warn',
  STOPPING: 'calm',
  FAULTED: 'bad',
};
