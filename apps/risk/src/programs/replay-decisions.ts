/**
 * Judges recorded decisions again: the same code on the same record must come to the same verdict, byte for byte. With
 * other limits it tells what they would have refused, or let pass.
 *
 *   npm run replay -- [file.ndjson | -] [--limit RISK_MAX_ORDER_NOTIONAL=5000]... [--all]
 *
 * Without a file the decisions are read from the running system's database (`.elvis/stack.json`, else DB_*). A file holds
 * one event a line, as `nats sub 'elvis.event.risk.>' --raw` writes them. Exit code 1: a verdict differed.
 */
import { decideAgain, limitsOf, readCase, RiskLimits, verdictLine } from '@elvis/rules';
import { RUNTIME_LIMITS, RiskDecided, RuntimeLimit } from '@elvis/contracts';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { problemWith } from '../limits/limits';
import { Verb, ownerDatabase } from '../../../../tools/operator/running-system';

interface Wishes {
  readonly file?: string;
  readonly limits: Partial<Record<RuntimeLimit, string>>;
  readonly isVerbose: boolean;
}

export interface Replay {
  readonly decisions: number;
  readonly unrecorded: number;
  readonly differing: readonly { readonly decisionId: string; readonly was: string; readonly is: string }[];
}

/** Judges each decision again, under its own limits with `limits` over them. */
export async function replay(
  decisions: AsyncIterable<RiskDecided>,
  limits: Partial<Record<RuntimeLimit, string>>,
): Promise<Replay> {
  const other = shadowLimits(limits);
  const differing: Replay['differing'][number][] = [];
  let count = 0;
  let unrecorded = 0;
  for await (const decision of decisions) {
    count += 1;
    const { order, recorded, denial, decisionId, verdict, decidedAtMs } = decision;
    if (!recorded) {
      unrecorded += 1;
      continue;
    }
    if (!recorded.facts || !recorded.limits)
      throw new Error(
        `The decision ${decisionId} was recorded without facts or limits, so it cannot be judged again and nothing was compared; replay a file of events without it`,
      );
    const given = readCase(order, recorded, decidedAtMs);
    const judged = decideAgain({ ...given, limits: { ...given.limits, ...other } });
    const was = verdictLine(verdict === 'DENIED' ? denial : undefined);
    const is = verdictLine(judged.approved ? undefined : judged.denial);
    if (was !== is) differing.push({ decisionId, was, is });
  }
  return { decisions: count, unrecorded, differing };
}

function shadowLimits(limits: Partial<Record<RuntimeLimit, string>>): Partial<RiskLimits> {
  const off = Object.fromEntries(RUNTIME_LIMITS.map((name) => [name, 'off'])) as Record<RuntimeLimit, string>;
  const all = limitsOf({ ...off, ...limits });
  const only = RUNTIME_LIMITS.filter((name) => name in limits).map((name) => fieldOf(name));
  return Object.fromEntries(only.map((field) => [field, all[field]]));
}

/** Which field of the limits a setting fills: the one that changes when it alone is set. */
function fieldOf(name: RuntimeLimit): keyof RiskLimits {
  const off = Object.fromEntries(RUNTIME_LIMITS.map((each) => [each, 'off'])) as Record<RuntimeLimit, string>;
  const [field] =
    Object.entries(limitsOf({ ...off, [name]: '1' })).find(([, value]) => value !== undefined) ?? [];
  return field as keyof RiskLimits;
}

function readWishes(words: readonly string[]): Wishes {
  const limits: Partial<Record<RuntimeLimit, string>> = {};
  let file: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--all') continue;
    if (word !== '--limit') {
      file = word;
      continue;
    }
    at += 1;
    const [name = '', value = ''] = (words[at] ?? '').split('=');
    const problem = problemWith(name, value);
    if (problem) throw new Error(problem);
    limits[name as RuntimeLimit] = value;
  }
  return { file, limits, isVerbose: words.includes('--all') };
}

async function* fromLines(file: string): AsyncIterable<RiskDecided> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  for await (const line of createInterface({ input })) {
    if (line.trim() === '') continue;
    const event = JSON.parse(line) as { readonly type?: string; readonly data?: RiskDecided };
    if (event.data && /^elvis\.event\.risk\.(approved|denied)$/.test(event.type ?? '')) yield event.data;
  }
}

const PAGE = 1_000;

/** In the order they were stored, page by page. */
async function* fromDatabase(root: string): AsyncIterable<RiskDecided> {
  const client = new Client(ownerDatabase(root));
  await client.connect();
  try {
    for (let after = '0'; ;) {
      const { rows } = await client.query<{ readonly seq: string; readonly body: string }>(
        `SELECT seq, body FROM audit_log WHERE seq > $1
           AND type IN ('elvis.event.risk.approved', 'elvis.event.risk.denied')
         ORDER BY seq LIMIT ${PAGE}`,
        [after],
      );
      for (const { body } of rows) yield (JSON.parse(body) as { readonly data: RiskDecided }).data;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.seq;
    }
  } finally {
    await client.end();
  }
}

export async function operate({ args, root }: Verb): Promise<number> {
  const { file, limits, isVerbose } = readWishes(args);
  const isShadow = Object.keys(limits).length > 0;
  const decisions = file ? fromLines(file) : fromDatabase(root);
  const result = await replay(decisions, limits);
  const { unrecorded, differing } = result;
  console.log(
    `${result.decisions} decisions were read; ${unrecorded} of them have no recorded facts and were not judged again`,
  );
  console.log(
    isShadow
      ? `${differing.length} would have been decided differently with the limits ${JSON.stringify(limits)}`
      : `${differing.length} verdicts differ`,
  );
  for (const { decisionId, was, is } of isVerbose ? differing : differing.slice(0, 20)) {
    console.log(`${decisionId}\n  was ${was}\n  is  ${is}`);
  }
  return !isShadow && differing.length > 0 ? 1 : 0;
}
