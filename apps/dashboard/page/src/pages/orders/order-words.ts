import type { AnswerOf } from '../../api/api';
import type { Tone } from '../../parts/mark';

export type Order = AnswerOf<'/api/v1/orders', 'get'>['items'][number];
export type Status = Order['status'];

export const TONES: Readonly<Record<Status, Tone>> = {
  PENDING_NEW: 'calm',
  NEW: 'good',
  PARTIALLY_FILLED: 'good',
  FILLED: 'calm',
  PENDING_CANCEL: 'warn',
  CANCELED: 'calm',
  REJECTED: 'bad',
  EXPIRED: 'calm',
  DENIED: 'bad',
  UNKNOWN: 'warn',
};
const OPEN: readonly Status[] = ['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'UNKNOWN'];

export const isOpen = ({ status }: Order): boolean => OPEN.includes(status);
