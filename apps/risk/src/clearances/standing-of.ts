/** Whether a clearance holds now, and if not, why. */
import { BoundFields, changedFields } from '@elvis/clearance';
import { Clearance } from '@elvis/contracts';

/** Read at start and every minute; so long one that cannot be read again is believed. */
export const BELIEVED_MS = 180_000;

/** What risk itself knows of what a clearance is bound to. */
export type KnownFields = Pick<BoundFields, 'build' | 'riskLimits'>;

export type Standing =
  { readonly clearance: Clearance; readonly lacks?: undefined } | { readonly lacks: string };

/** @param own of one subject, newest first; of several in force the newest counts */
export function standingOf(own: readonly Clearance[], now: KnownFields, nowMs: number): Standing {
  const inForce = own.find(({ revokedAtMs, expiresAtMs }) => revokedAtMs === null && expiresAtMs > nowMs);
  const [newest] = own;
  if (inForce === undefined) {
    if (newest === undefined) return { lacks: 'there is none' };
    return {
      lacks:
        newest.revokedAtMs === null ? 'it has expired' : `it was revoked: ${newest.revokedBecause ?? ''}`,
    };
  }
  const known = Object.fromEntries(Object.keys(now).map((name) => [name, inForce.bound[name] ?? '']));
  const changed = changedFields(known, now);
  return changed.length === 0 ? { clearance: inForce } : { lacks: `changed since: ${changed.join(', ')}` };
}
