/**
 * Refused requests of nobody, summed up per address and minute: each record is for ever, and who has no key must not
 * decide how many there are. The record tells of the first request, of how many there were and when the last one came.
 */
import { addressKey } from '../limits/limit-answer';
import { AuditEntry } from './audit-entry';

const MINUTE_MS = 60_000;
/** Further addresses in the same minute share one record. */
const ADDRESSES_AT_MOST = 1_000;
export const OTHER_ADDRESSES = 'other addresses';

interface Sum {
  readonly first: AuditEntry;
  readonly address: string;
  readonly sinceMs: number;
  count: number;
  lastAtMs: number;
}

export class RefusalSums {
  /** Oldest first. */
  private readonly sums = new Map<string, Sum>();

  /** @param nowMs monotonic */
  add(entry: AuditEntry, nowMs: number): void {
    const own = addressKey(entry.request.remoteIp);
    const isOneMore = !this.sums.has(own) && this.sums.size >= ADDRESSES_AT_MOST;
    const address = isOneMore ? OTHER_ADDRESSES : own;
    const { receivedAtMs } = entry.request;
    const sum = this.sums.get(address);
    if (!sum) {
      this.sums.set(address, { first: entry, address, sinceMs: nowMs, count: 1, lastAtMs: receivedAtMs });
      return;
    }
    sum.count += 1;
    sum.lastAtMs = Math.max(sum.lastAtMs, receivedAtMs);
  }

  /** Those whose minute is over, and no longer here. */
  takeDue(nowMs: number): AuditEntry[] {
    const due: AuditEntry[] = [];
    for (const sum of this.sums.values()) {
      if (nowMs - sum.sinceMs < MINUTE_MS) break;
      due.push(this.close(sum));
    }
    return due;
  }

  takeAll(): AuditEntry[] {
    return [...this.sums.values()].map((sum) => this.close(sum));
  }

  private close(sum: Sum): AuditEntry {
    const { first, address, count, lastAtMs } = sum;
    this.sums.delete(address);
    if (count === 1) return first;
    // Of an IPv6 network, and of the many, no one address is all that asked.
    const remoteIp = address === OTHER_ADDRESSES || address.includes('/') ? address : first.request.remoteIp;
    return { ...first, request: { ...first.request, remoteIp, count, lastAtMs } };
  }
}
