/**
 * What each process of a running stack has used of the processors, by the kernel's own accounts: user and system time
 * of all its threads. PostgreSQL counts with its children, also those that have ended.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { RunningStack } from '@elvis/testing';

/** Milliseconds by process; what is not Elvis or a server of it comes last. */
export type ProcessorTime = ReadonlyMap<string, number>;

/** The other side, who asks, and who watches the processes: no part of what an order costs. */
const APART: ReadonlySet<string> = new Set(['paper-exchange', 'client', 'launcher']);

export const OF_ELVIS = 'Elvis and its servers';

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK']).toString());

export function processorTime(running: RunningStack): ProcessorTime {
  const { services, servers } = running.stack;
  const used = new Map<string, number>();
  const add = (name: string, pid: number, withEnded = false): void =>
    void used.set(name, (used.get(name) ?? 0) + (statOf(pid)?.[withEnded ? 'withEndedMs' : 'ownMs'] ?? 0));
  for (const { name, pid } of services) if (!APART.has(name)) add(name, pid);
  for (const { name, pid } of servers) {
    add(name, pid, true);
    if (name === 'postgres') for (const child of childrenOf(pid)) add(name, child);
  }
  for (const { name, pid } of services) if (APART.has(name)) add(name, pid);
  add('client', process.pid);
  add('launcher', running.pid);
  return used;
}

/** By process what one order took, and as `OF_ELVIS` the sum without what is apart. */
export function perOrder(before: ProcessorTime, after: ProcessorTime, orders: number): ProcessorTime {
  const each = [...after].map(([name, ms]) => [name, (ms - (before.get(name) ?? 0)) / orders] as const);
  const sum = each.reduce((total, [name, ms]) => total + (APART.has(name) ? 0 : ms), 0);
  return new Map([
    ...each.filter(([name]) => !APART.has(name)),
    [OF_ELVIS, sum],
    ...each.filter(([name]) => APART.has(name)).map(([name, ms]) => [`apart: ${name}`, ms] as const),
  ]);
}

/** See proc(5): user and system time of a process, and of its children that have ended. */
function statOf(
  pid: number,
): { readonly parent: number; readonly ownMs: number; readonly withEndedMs: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it stands in brackets and may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, own = 0, system = 0, endedOwn = 0, endedSystem = 0] = [
      fields[1],
      ...fields.slice(11, 15),
    ];
    const ownMs = (own + system) * TICK_MS;
    return { parent, ownMs, withEndedMs: ownMs + (endedOwn + endedSystem) * TICK_MS };
  } catch {
    return undefined;
  }
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
