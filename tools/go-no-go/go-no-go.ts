/**
 * `npm run go-no-go -- [BOT] [--verify ID|FILE]`: judges a bot of the running system, or the installation where no bot is
 * named, prints each gate and writes report, page and export. Without a running system BOT is a strategy, judged by a
 * backtest alone. Exits 0 for GO, 3 for GO_LIMITED, 4 for NO_GO, 5 for NOT_YET, 1 where nothing could be judged or an export
 * does not verify, 64 for words that it does not take.
 */
import { GoNoGoExport, GoNoGoReport, goNoGoHtml, sentence, verifyExport } from '@elvis/clearance';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Verb, findRunningSystem, table } from '../operator/running-system';
import { NotJudged, exportFrom, askSystem } from './ask-system';
import { assessStrategy } from './assess-strategy';

const USAGE = `npm run go-no-go -- [BOT]            judge a bot by its id or name; the installation without one
npm run go-no-go -- STRATEGY [--data NAME] [--interval 1m]   where no system runs: by a backtest alone
npm run go-no-go -- --verify ID|FILE  recompute a report from its export, byte for byte`;
const EXITS = { GO: 0, GO_LIMITED: 3, NO_GO: 4, NOT_YET: 5 } as const;
const EXIT_USAGE = 64;

export async function operate({ args, root }: Verb): Promise<number> {
  const words = readWords(args);
  if (words === undefined) {
    console.error(USAGE);
    return EXIT_USAGE;
  }
  const { stack } = findRunningSystem(root);
  try {
    if (words.verify !== undefined) {
      const exported = existsSync(words.verify)
        ? (JSON.parse(readFileSync(words.verify, 'utf8')) as GoNoGoExport)
        : await exportFrom(stack, words.verify);
      return verified(exported);
    }
    const exported = stack ? await askSystem(stack, words.bot) : await assessStrategy(words.bot, words, root);
    const report = JSON.parse(exported.report) as GoNoGoReport;
    const folder = join(root, '.elvis', 'go-no-go', report.runId);
    write(folder, exported, report);
    tell(report, relative(process.cwd(), folder));
    return EXITS[report.verdict];
  } catch (error) {
    if (!(error instanceof NotJudged)) throw error;
    console.error(`${error.message}\n\nNothing was judged.`);
    return 1;
  }
}

interface Words {
  readonly bot: string | undefined;
  readonly verify: string | undefined;
  readonly data: string;
  readonly interval: string;
}

function readWords(args: readonly string[]): Words | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        verify: { type: 'string' },
        judge: { type: 'boolean' },
        data: { type: 'string', default: 'btcbusd-spot-2022-12-13' },
        interval: { type: 'string', default: '1m' },
      },
      allowPositionals: true,
    });
    const [bot, ...more] = positionals;
    if (more.length > 0 || (bot !== undefined && values.verify !== undefined)) return undefined;
    return { bot, verify: values.verify, data: values.data, interval: values.interval };
  } catch {
    return undefined;
  }
}

function verified(exported: GoNoGoExport): number {
  const problems = verifyExport(exported);
  if (problems.length > 0) {
    console.error(['The report does NOT verify:', ...problems.map((each) => `  ${each}`)].join('\n'));
    return 1;
  }
  const { verdict, runId } = JSON.parse(exported.report) as GoNoGoReport;
  console.log(`The report of ${runId} (${verdict}) follows from its evidence, byte for byte.`);
  return 0;
}

function write(folder: string, exported: GoNoGoExport, report: GoNoGoReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), exported.report);
  writeFileSync(join(folder, 'report.html'), goNoGoHtml(report));
  writeFileSync(join(folder, 'export.json'), `${JSON.stringify(exported)}\n`);
}

function tell(report: GoNoGoReport, folder: string): void {
  const { subject, verdict, gates } = report;
  console.log(
    [
      table(
        ['gate', 'answer', 'because'],
        gates.map(({ id, answer, because }) => [id, answer, because]),
      ),
      '',
      `${subject.name}: ${verdict}. ${sentence(report)}`,
      '',
      `Report: ${folder}/report.html (and report.json, export.json)`,
      `Check it anywhere: npm run go-no-go -- --verify ${folder}/export.json`,
    ].join('\n'),
  );
}
