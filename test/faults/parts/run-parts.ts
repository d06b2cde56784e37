/**
 * One seeded run of the fourth family: one order through every service, one of them killed between two of its writes, the
 * same request again or not; and then whether exchange, journal, events, history and what is reserved tell the same.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Answer } from '../kill-switch/stand';
import { RunReport } from '../run';
import { Verdict } from '../verdict';
import { FLOWS } from './flows';
import { PartsSystem } from './parts-system';
import { PLANTED_STOPS, PlantedStop, nameOf } from './planted-stops';

const SPRUNG_WITHIN_MS = 8_000;
const ANSWERED_WITHIN_MS = 60_000;
/** An event that was under way at a kill of trade-history comes again after 30 s; a reservation is swept after 13 s. */
const SETTLED_WITHIN_MS = 100_000;
const TRIES = 3;

interface PartsRun {
  readonly stop: PlantedStop;
  /** Whether the caller sends the same request until it is answered. */
  readonly isRepeated: boolean;
}

/** Neighbouring seeds meet the stops in turn. */
export function partsRunOf(seed: number): PartsRun & { readonly name: string } {
  const stop = PLANTED_STOPS[seed % PLANTED_STOPS.length] as PlantedStop;
  const isRepeated = Math.floor(seed / PLANTED_STOPS.length) % 2 === 0;
  return { stop, isRepeated, name: `${nameOf(stop)}, ${isRepeated ? 'asked again' : 'not asked again'}` };
}

export async function runPartsSeed(system: PartsSystem, seed: number): Promise<RunReport> {
  const startedAt = performance.now();
  const run = partsRunOf(seed);
  const prefix = `p${seed}-${Date.now().toString(36)}-`;
  const side = seed % 4 < 2 ? 'BUY' : 'SELL';
  const answers: Answer[] = [];
  let hasSprung = false;
  for (let attempt = 1; attempt <= TRIES && !hasSprung; attempt += 1) {
    await system.healed();
    const order = { clientOrderId: `${prefix}${attempt}`, side, symbol: 'BTCUSDT' };
    const given = await play(system, run, order);
    answers.push(...given.answers);
    hasSprung = given.hasSprung;
    await system.healed();
    const unaudited = await lessAudited(system, order.clientOrderId, given.answers);
    if (unaudited) return report([unaudited]);
  }
  const { unresolved, problems } = await settled(system, prefix);
  return report([...(hasSprung ? [] : ['nothing was killed']), ...problems], unresolved);

  function report(problems: readonly string[], unresolved: readonly string[] = []): RunReport {
    return {
      seed,
      fault: run.name,
      tookMs: Math.round(performance.now() - startedAt),
      outcomes: answers.map(({ status, body }) => `${status} ${body?.status ?? body?.code ?? ''}`.trim()),
      unresolved,
      problems,
    };
  }
}

interface Played {
  readonly answers: readonly Answer[];
  readonly hasSprung: boolean;
}

async function play(
  system: PartsSystem,
  { stop, isRepeated }: PartsRun,
  order: { readonly clientOrderId: string },
): Promise<Played> {
  const { hinder, terms, change } = FLOWS[stop.flow];
  const path = '/api/v1/orders';
  const place = (): Promise<Answer> => system.call('POST', path, { ...order, ...terms(system.mark) });
  const ask = change
    ? () => system.call(change.method, `${path}/${order.clientOrderId}`, change.body)
    : place;
  const before = change ? await untilAnswered(place) : [];
  if (change?.afterMs !== undefined) await pause(change.afterMs);
  const unhinder = await hinder?.(system);
  const hasSprung = system.plant(stop, order.clientOrderId);
  const first = await ask();
  for (const end = performance.now() + SPRUNG_WITHIN_MS; !hasSprung() && performance.now() < end;)
    await pause(20);
  await unhinder?.();
  const again = isRepeated && !isConclusive(first) ? await untilAnswered(ask) : [];
  return { answers: [...before, first, ...again], hasSprung: hasSprung() };
}

/** As a caller whose answer was lost does. */
async function untilAnswered(ask: () => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const end = performance.now() + ANSWERED_WITHIN_MS; performance.now() < end; await pause(250)) {
    const answer = await ask();
    answers.push(answer);
    if (isConclusive(answer)) break;
  }
  return answers;
}

const isConclusive = ({ status }: Answer): boolean => status >= 200 && status < 500 && status !== 429;

/** Who was answered has his request in the audit. */
async function lessAudited(
  system: PartsSystem,
  clientOrderId: string,
  answers: readonly Answer[],
): Promise<string | undefined> {
  const answered = answers.filter(({ status }) => status > 0).length;
  let audited = 0;
  for (const end = performance.now() + SETTLED_WITHIN_MS; performance.now() < end; await pause(200)) {
    audited = await system.history.audited(clientOrderId);
    if (audited >= answered) return undefined;
  }
  return `${clientOrderId}: ${answered} answers, ${audited} audit records`;
}

async function settled(system: PartsSystem, prefix: string): Promise<Verdict> {
  const look = async (): Promise<Verdict> => {
    const { unresolved, problems } = await system.records.compare(prefix);
    const events = await system.records.events();
    return { unresolved, problems: [...problems, ...(await system.history.differences(prefix, events))] };
  };
  for (const end = performance.now() + SETTLED_WITHIN_MS; ; await pause(250)) {
    const verdict = await look().catch((error: Error): Verdict => ({
      unresolved: [`not comparable: ${error.message}`],
      problems: [],
    }));
    const isClean = verdict.unresolved.length === 0 && verdict.problems.length === 0;
    if (isClean || performance.now() > end) return verdict;
  }
}
