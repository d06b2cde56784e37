/**
 * `npm run drill`: a private system under load, its switch pulled in eight ways. Prints when each was blocked from
 * sending, drained and verified, what the exchange accepted after the drain was acknowledged, and exits non-zero if a
 * promise broke.
 */
import { Stand } from '../faults/kill-switch/stand';
import { WAYS, Way } from './drill-ways';
import { table } from '../../scripts/operator/running-system';

const REACHED_WITHIN_MS = 20_000;
const MENDED_AFTER_MS = 3_000;
const WATCHED_MS = 1_000;
const DRAINED = ['DRAINED', 'CANCELLING', 'VERIFIED_ZERO', 'FLATTENING', 'VERIFIED_FLAT'];
const VERIFIED = ['VERIFIED_ZERO', 'FLATTENING', 'VERIFIED_FLAT'];

interface Result {
  readonly name: string;
  readonly drainedMs: number | undefined;
  readonly verifiedMs: number | undefined;
  readonly accepted: number;
  readonly isKept: boolean;
}

async function main(): Promise<number> {
  const stand = await Stand.start({ replicas: { execution: 2, risk: 1 } });
  const results: Result[] = [];
  try {
    for (const way of WAYS) {
      const result = await pull(stand, way);
      console.log(`${result.name}: ${result.isKept ? 'kept' : 'BROKEN'}`);
      results.push(result);
    }
  } finally {
    await stand.stop();
  }
  const text = (ms: number | undefined): string => (ms === undefined ? 'never' : `${Math.round(ms)} ms`);
  console.log(
    table(
      ['way', 'drained after', 'verified after', 'accepted after the drain', 'promise'],
      results.map(({ name, drainedMs, verifiedMs, accepted, isKept }) => [
        name,
        text(drainedMs),
        text(verifiedMs),
        `${accepted}`,
        isKept ? 'kept' : 'BROKEN',
      ]),
    ),
  );
  return results.every(({ isKept }) => isKept) ? 0 : 1;
}

async function pull(stand: Stand, { name, pull: pullIt }: Way): Promise<Result> {
  await stand.restore();
  stand.beginLoad(4, 120);
  const startedAt = performance.now();
  const mend = await pullIt(stand);
  const mending = setTimeout(() => void mend(), MENDED_AFTER_MS);
  let drainedMs: number | undefined;
  let verifiedMs: number | undefined;
  let isHalted = false;
  const wanted = name.includes('flatten') ? ['VERIFIED_FLAT'] : VERIFIED;
  try {
    while (verifiedMs === undefined && performance.now() - startedAt < REACHED_WITHIN_MS) {
      const answer = await stand.call('GET', '/emergency_stop/status', undefined, 2_000);
      const body = answer.body as { readonly active?: boolean; readonly phase?: string } | undefined;
      const phase = String(body?.phase);
      isHalted ||= body?.active === true;
      if (drainedMs === undefined && isHalted && DRAINED.includes(phase)) {
        await stand.admin('POST', '/mark');
        drainedMs = performance.now() - startedAt;
      }
      if (drainedMs !== undefined && wanted.includes(phase)) verifiedMs = performance.now() - startedAt;
      await sleep(20);
    }
    await sleep(WATCHED_MS);
    // Flatten orders are meant to be accepted: they can only close.
    const accepted =
      drainedMs === undefined || name.includes('flatten') ? 0 : (await stand.sinceMark()).ordersAccepted;
    return { name, drainedMs, verifiedMs, accepted, isKept: verifiedMs !== undefined && accepted === 0 };
  } finally {
    clearTimeout(mending);
    await mend();
    await stand.endLoad();
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

void main().then((code) => process.exit(code));
