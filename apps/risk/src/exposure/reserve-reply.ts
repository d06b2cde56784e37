/** What the reserve script answers. */
import { ExposureFigures, ReserveReply, figuresOfReply } from '@elvis/rules';

/** What a reservation charged to its actor: an order in this millisecond of Redis, and its likeness for the repeats. */
export interface Charged {
  readonly paceKey: string;
  readonly repeatsKey: string;
  readonly atMs: number;
}

export type Reservation =
  | {
      readonly kind: 'reserved';
      readonly exchangeNowMs: number;
      readonly figures?: ExposureFigures;
      /** Absent where the reservation stood already. */
      readonly charged?: Charged;
    }
  | { readonly kind: 'refused'; readonly code: string; readonly figures: ExposureFigures }
  | { readonly kind: 'halted' }
  | { readonly kind: 'no-permit' }
  | { readonly kind: 'other-epoch' }
  | { readonly kind: 'clock'; readonly why: string }
  | { readonly kind: 'rebuilding'; readonly why: string }
  | { readonly kind: 'mark-missing'; readonly symbol: string }
  | { readonly kind: 'taken' }
  /** Somebody changed the reservation since it was read. */
  | { readonly kind: 'moved' };

export function readReply(reply: ReserveReply, keys: Pick<Charged, 'paceKey' | 'repeatsKey'>): Reservation {
  const [word, detail, ...figures] = reply;
  switch (word) {
    case 'RESERVED':
      return {
        kind: 'reserved',
        exchangeNowMs: Number(detail),
        ...(figures.length > 0 && { figures: figuresOfReply(reply) }),
        ...(Number(figures[10] ?? 0) > 0 && { charged: { ...keys, atMs: Number(figures[10]) } }),
      };
    case 'HALTED':
      return { kind: 'halted' };
    case 'NO_PERMIT':
      return { kind: 'no-permit' };
    case 'OTHER_EPOCH':
      return { kind: 'other-epoch' };
    case 'TAKEN':
      return { kind: 'taken' };
    case 'MOVED':
      return { kind: 'moved' };
    case 'CLOCK':
      return { kind: 'clock', why: `${detail}` };
    case 'REBUILDING':
      return {
        kind: 'rebuilding',
        why: 'the exposure is being rebuilt from the journal and the exchange. Retry',
      };
    case 'UNCOUNTED':
      return {
        kind: 'rebuilding',
        why: 'the exposure has entries that its sums do not count; they are being corrected. Retry',
      };
    case 'MALFORMED':
      return {
        kind: 'rebuilding',
        why: `an entry of the exposure or of the balances in Redis is unreadable: ${detail}. Correct the entry in Redis, then retry`,
      };
    case 'MARK':
      return { kind: 'mark-missing', symbol: `${detail}` };
    default:
      return { kind: 'refused', code: word, figures: figuresOfReply(reply) };
  }
}
