/** One connection of a session: when what happened on it, and what it was asked for. */
import { SessionRules } from './session-rules';

export interface Link {
  readonly id: number;
  readonly dialledAtMs: number;
  openedAtMs?: number;
  liveAtMs?: number;
  heardAtMs: number;
  probed: boolean;
  controlAtMs: number;
  readonly asked: Set<string>;
  readonly confirmed: Set<string>;
  readonly requests: Map<number, { readonly names: readonly string[]; readonly atMs: number }>;
}

export const newLink = (id: number, nowMs: number): Link => ({
  id,
  dialledAtMs: nowMs,
  heardAtMs: nowMs,
  probed: false,
  controlAtMs: -Infinity,
  asked: new Set(),
  confirmed: new Set(),
  requests: new Map(),
});

/** Whether it has not opened, or not confirmed what it was asked for, in time. */
export function isOverdue(
  { openedAtMs, liveAtMs, dialledAtMs, requests }: Link,
  nowMs: number,
  { handshakeMs, confirmMs }: SessionRules,
): boolean {
  if (openedAtMs === undefined) return nowMs - dialledAtMs >= handshakeMs;
  if (liveAtMs === undefined) return nowMs - openedAtMs >= confirmMs;
  return [...requests.values()].some(({ atMs }) => nowMs - atMs >= confirmMs);
}

export function alive(link: Link, nowMs: number): void {
  link.heardAtMs = nowMs;
  link.probed = false;
}

export const namesOf = (link: Link, which: number | readonly string[]): readonly string[] =>
  typeof which === 'number' ? (link.requests.get(which)?.names ?? []) : which;

export function confirm(link: Link, which: number | readonly string[]): void {
  for (const name of namesOf(link, which)) if (link.asked.has(name)) link.confirmed.add(name);
}

/** Forgets the request, and every other that has been answered name by name. */
export function settleRequests(
  link: Link,
  which: number | readonly string[],
  isRefused: (name: string) => boolean,
): void {
  const isAnswered = (name: string): boolean =>
    link.confirmed.has(name) || isRefused(name) || !link.asked.has(name);
  for (const [request, { names }] of link.requests)
    if (request === which || names.every(isAnswered)) link.requests.delete(request);
}
