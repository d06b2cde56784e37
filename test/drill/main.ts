/**
 * `npm run drill [-- --only WORDS]`: a private system under load, its switch pulled in every way: by people, with parts dead
 * or asleep, and by each automatic trigger. Prints when each was blocked from
 * sending, drained and verified, what the exchange accepted after the drain was acknowledged, and exits non-zero if a
 * promise broke. `npm run drill -- restore` is the one of `restore.ts`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Stand } from '../faults/kill-switch/stand';
import { DRILL_HALTS } from './automatic-ways';
import { WAYS } from './drill-ways';
import { drillRestore } from './restore';
import { Way } from './way';
import { recordProof } from '../../tools/operator/record-proof';
import { table } from '../../tools/operator/running-system';

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
  const startedAtMs = Date.now();
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', default: '' } },
    allowPositionals: true,
  });
  if (positionals[0] === 'restore') return drillRestore();
  const stand = await Stand.start({ replicas: { execution: 2, risk: 1 }, env: DRILL_HALTS });
  const results: Result[] = [];
  try {
    for (const way of WAYS.filter(({ name }) => name.includes(values.only))) {
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
  await recordProof(process.cwd(), {
    kind: 'drill',
    startedAtMs,
    counts: { ways: results.length, halts: results.length },
    broken: results.filter(({ isKept }) => !isKept).map(({ name }) => name),
  });
  return results.every(({ isKept }) => isKept) ? 0 : 1;
}

async function pull(
  stand: Stand,
  { name, pull: pullIt, automatic, withinMs = REACHED_WITHIN_MS, fractionResting }: Way,
): Promise<Result> {
  await stand.restore();
  stand.beginLoad(4, 120, fractionResting);
  const startedAt = performance.now();
  const mend = await pullIt(stand);
  // A condition goes on until it has stopped something; what people found broken is mended while they wait.
  const mending = automatic === undefined ? setTimeout(() => void mend(), MENDED_AFTER_MS) : undefined;
  let drainedMs: number | undefined;
  let verifiedMs: number | undefined;
  let isHalted = false;
  const wanted = name.includes('flatten') ? ['VERIFIED_FLAT'] : VERIFIED;
  try {
    while (verifiedMs === undefined && performance.now() - startedAt < withinMs) {
      const answer = await stand.call('GET', '/emergency_stop/status', undefined, 2_000);
      const body = answer.body as { readonly active?: boolean; readonly phase?: string } | undefined;
      const phase = String(body?.phase);
      if (automatic !== undefined && !isHalted && body?.active === true) await mend();
      isHalted ||= body?.active === true;
      if (drainedMs === undefined && isHalted && DRAINED.includes(phase)) {
        await stand.admin('POST', '/mark');
        drainedMs = performance.now() - startedAt;
      }
      if (drainedMs !== undefined && wanted.includes(phase)) verifiedMs = performance.now() - startedAt;
      await pause(20);
    }
    await pause(WATCHED_MS);
    // Flatten orders are meant to be accepted: they can only close.
    const accepted =
      drainedMs === undefined || name.includes('flatten') ? 0 : (await stand.sinceMark()).ordersAccepted;
    const isRightOne = automatic === undefined || (await actors(stand)).includes(`auto:${automatic}`);
    const isKept = verifiedMs !== undefined && accepted === 0 && isRightOne;
    return { name, drainedMs, verifiedMs, accepted, isKept };
  } finally {
    clearTimeout(mending);
    await mend();
    await stand.endLoad();
  }
}

async function actors(stand: Stand): Promise<readonly string[]> {
  const { body } = await stand.call('GET', '/api/v1/trading-state');
  const { scopes = [] } = (body ?? {}) as { readonly scopes?: readonly { readonly actor: string }[] };
  return scopes.map(({ actor }) => actor);
}

void main().then((code) => process.exit(code));
