/** What the reserve script answers. */
import { EXPOSURE_UNITS } from '@elvis/contracts';
import { ExposureFigures } from '@elvis/rules';
import { Decimal } from '@elvis/trading';
import { ReserveReply } from './reserve-script';

const { AMOUNT_UNIT, QUANTITY_UNIT } = EXPOSURE_UNITS;

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
        ...(figures.length > 0 && { figures: readFigures(figures) }),
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
      return { kind: 'refused', code: word, figures: readFigures(figures) };
  }
}

function readFigures(figures: readonly (number | string)[]): ExposureFigures {
  const amount = (index: number, unit: number): string =>
    new Decimal(figures[index] ?? 0).div(unit).toFixed();
  return {
    position: amount(0, QUANTITY_UNIT),
    restingOnSide: amount(1, QUANTITY_UNIT),
    worstBefore: amount(2, AMOUNT_UNIT),
    worstAfter: amount(3, AMOUNT_UNIT),
    worstOfOthers: amount(4, AMOUNT_UNIT),
    margin: amount(5, AMOUNT_UNIT),
    openOrders: Number(figures[6]),
    lastSecond: Number(figures[7]),
    ...(figures[8] !== '' && { repeatOf: `${figures[8]}`, repeats: Number(figures[9]) }),
    ...(figures.length > 11 && {
      wallet: amount(11, QUANTITY_UNIT),
      committed: amount(12, QUANTITY_UNIT),
      needed: amount(13, QUANTITY_UNIT),
    }),
  };
}
