/** One symbol's lease as it is stored, and what an order or a look at its holder makes of it. */
import { SymbolLease } from '@elvis/contracts';

/** Kept so long after its holder has nothing there any more: far longer than an order may be on its way. */
export const IDLE_KEPT_MS = 60_000;

export interface LeaseRecord extends SymbolLease {
  readonly version: 1;
  /** Since when its holder has had nothing there; an opening order makes it null again. */
  readonly idleSinceMs: number | null;
  /** Of the order that took it. */
  readonly symbol: string;
}

/** Who opens what, where and when. */
export interface Opening {
  readonly place: Pick<LeaseRecord, 'market' | 'subject'>;
  readonly symbol: string;
  readonly holder: string;
  readonly atMs: number;
  readonly baseline: string | null;
}

/** What has to be written before the holder's opening order may go on; undefined for nothing. */
export function afterOpening(
  record: LeaseRecord | undefined,
  { place: { market, subject }, symbol, holder, atMs, baseline }: Opening,
): LeaseRecord | undefined {
  if (record?.holder === holder)
    return record.idleSinceMs === null ? undefined : { ...record, idleSinceMs: null };
  return {
    version: 1,
    market,
    subject,
    symbol,
    holder,
    takenAtMs: atMs,
    releasedAtMs: null,
    releasedBy: null,
    idleSinceMs: null,
    baseline,
  };
}

/** What a look at the holder makes of it; undefined for no change. `isIdle` undefined: it could not be seen. */
export function afterLook(
  record: LeaseRecord,
  isIdle: boolean | undefined,
  atMs: number,
): LeaseRecord | undefined {
  if (isIdle === undefined || record.holder === null) return undefined;
  if (!isIdle) return record.idleSinceMs === null ? undefined : { ...record, idleSinceMs: null };
  if (record.idleSinceMs === null) return { ...record, idleSinceMs: atMs };
  return atMs - record.idleSinceMs >= IDLE_KEPT_MS ? released(record, 'system', atMs) : undefined;
}

export const released = (record: LeaseRecord, by: string, atMs: number): LeaseRecord => ({
  ...record,
  holder: null,
  releasedAtMs: atMs,
  releasedBy: by,
});

export function isLeaseRecord(stored: unknown): stored is LeaseRecord {
  const { version, market, subject, holder, takenAtMs } = (stored ?? {}) as Partial<LeaseRecord>;
  return (
    version === 1 &&
    typeof market === 'string' &&
    typeof subject === 'string' &&
    (holder === null || typeof holder === 'string') &&
    Number.isFinite(takenAtMs)
  );
}

export const leaseView = ({
  market,
  subject,
  holder,
  takenAtMs,
  releasedAtMs,
  releasedBy,
  baseline,
}: LeaseRecord): SymbolLease => ({ market, subject, holder, takenAtMs, releasedAtMs, releasedBy, baseline });
