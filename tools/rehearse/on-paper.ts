/** A rehearsal on a private system with the paper exchange: seed after seed, then the books of the whole. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeedReport, rehearseSeed } from './course';
import { RehearsalSystem } from './rehearsal-system';
import { BotBody } from './rehearsed-bot';
import { Bot, beginBot, endBot } from './trading';
import { RehearseWords } from './words';

export interface Rehearsed {
  readonly seeds: readonly SeedReport[];
  /** Of the end: the bot's, the statement's and the audit log's. */
  readonly broken: readonly string[];
  readonly botOrders: number;
  /** State folder with the logs; kept where something broke. */
  readonly home: string;
}

export async function rehearseOnPaper(
  words: Pick<RehearseWords, 'seeds' | 'from' | 'speed'>,
  body: BotBody,
  { root, given }: { readonly root: string; readonly given: Readonly<Record<string, string>> },
  say: (report: SeedReport) => void,
): Promise<Rehearsed> {
  const home = mkdtempSync(join(tmpdir(), 'elvis-rehearsal-'));
  // PostgreSQL may run as another account, which has to pass.
  chmodSync(home, 0o711);
  let isClean = false;
  const system = await RehearsalSystem.start(given, { speed: words.speed, home });
  try {
    const bot = await beginBot(system, body);
    const seeds: SeedReport[] = [];
    for (let seed = words.from; seed < words.from + words.seeds; seed += 1) {
      const report = await rehearseSeed(system, bot, { seed, symbol: body.symbol });
      seeds.push(report);
      say(report);
    }
    const broken = [...(await endBot(system, bot)), ...(await brokenAtTheEnd(system, { root, home }))];
    isClean = broken.length === 0 && seeds.every((report) => report.broken.length === 0);
    return { seeds, broken, botOrders: await ordersOfBot(system, bot), home };
  } finally {
    await system.close();
    if (isClean) rmSync(home, { recursive: true, force: true });
  }
}

async function ordersOfBot(system: RehearsalSystem, bot: Bot): Promise<number> {
  const orders = await system.ordersAtExchange();
  return orders.filter(({ order }) => order.clientOrderId.startsWith(`b.${bot.shortCode}.`)).length;
}

/** The day's statement against what the exchange has booked, and the audit log. */
async function brokenAtTheEnd(
  system: RehearsalSystem,
  { root, home }: { readonly root: string; readonly home: string },
): Promise<readonly string[]> {
  const { now } = await system.admin<{ now: number }>('GET', 'report');
  const day = new Date(now).toISOString().slice(0, 10);
  let problem = '';
  await system
    .until('the statement is reconciled', async () => {
      const { status, body } = await system.answered('GET', `daily_statement?day=${day}`);
      problem = `the statement of ${day} differs from the exchange: ${status} ${JSON.stringify(body)}`;
      return (body as { readonly isReconciled?: boolean } | null)?.isReconciled === true;
    })
    .then(
      () => (problem = ''),
      () => undefined,
    );
  const audit = await verifyAudit(root, home);
  return [...(problem === '' ? [] : [problem.slice(0, 500)]), ...audit];
}

function verifyAudit(root: string, home: string): Promise<readonly string[]> {
  const program = ['scripts/operate.mjs', 'apps/trade-history/src/programs/audit-verify'];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, ELVIS_HOME: home, ELVIS_ENV_FILE: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve(code === 0 ? [] : [`the audit log does not verify: ${output.slice(-500)}`]),
    );
  });
}
