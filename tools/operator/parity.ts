/**
 * `npm run parity -- RUN`: whether a run of a bot did what a backtest of its candles does, step by step, and where not, why.
 * RUN is a run's id, or a bot's for its newest run. Exits 0 where only fills differ, which is the market.
 */
import { BotParity, BotStepDifference } from '@elvis/contracts';
import { StackFile } from '../launcher/stack-file';
import { Verb, findRunningSystem, table } from './running-system';

const EXIT_USAGE = 64;
const USAGE =
  'usage: npm run --silent parity -- RUN [--json]   (the id of a run, or of a bot for its newest run)';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_SHOWN = 40;

/** As REST tells it: times as text. */
interface Parity extends Omit<BotParity, 'fromMs' | 'toMs' | 'differences'> {
  readonly from: string;
  readonly to: string;
  readonly differences: readonly Difference[];
}

interface Difference extends Omit<BotStepDifference, 'openTimeMs'> {
  readonly openTime: string;
}

interface Listed {
  readonly items: readonly { readonly id?: string; readonly run?: number; readonly runId?: string }[];
}

export async function operate({ args, root }: Verb): Promise<number> {
  const isJson = args.includes('--json');
  const [id = '', ...rest] = args.filter((arg) => arg !== '--json');
  if (!UUID.test(id) || rest.length > 0) {
    console.error(USAGE);
    return EXIT_USAGE;
  }
  const { stack } = findRunningSystem(root);
  if (!stack) {
    console.error('Elvis is not running here, so there is no run to look at; start it with "npm start"');
    return 1;
  }
  const parity = await parityOf(stack, id);
  if (typeof parity === 'string') {
    console.error(`Nothing was compared: ${parity}`);
    return 1;
  }
  console.log(isJson ? JSON.stringify(parity) : reportOf(parity));
  return parity.differences.every((difference) => difference.class === 'DIFFERENT_FILL') ? 0 : 1;
}

async function parityOf(stack: StackFile, id: string): Promise<Parity | string> {
  const bots = await ask<Listed>(stack, 'bot-configs');
  if (typeof bots === 'string') return bots;
  for (const bot of bots.items) {
    if (bot.id === id) return ask<Parity>(stack, `bots/${id}/parity`);
    const runs = await ask<Listed>(stack, `bots/${bot.id}/runs?limit=1000`);
    const found = typeof runs === 'string' ? undefined : runs.items.find(({ runId }) => runId === id);
    if (found) return ask<Parity>(stack, `bots/${bot.id}/parity?run=${found.run}`);
  }
  return `no run and no bot of this system has the id ${id}; "GET /api/v1/bots/<bot>/runs" lists them`;
}

/** What the gateway answers, or why it does not. */
async function ask<Answer>({ gatewayUrl, apiKey }: StackFile, path: string): Promise<Answer | string> {
  const response = await fetch(`${gatewayUrl}/api/v1/${path}`, { headers: { 'X-API-Key': apiKey } });
  const body = (await response.json()) as Answer & { readonly detail?: string };
  return response.ok ? body : (body.detail ?? `the gateway answered ${response.status}`);
}

function reportOf({ run, from, to, steps, counts, isSameCode, differences, leftOut }: Parity): string {
  const own = differences.filter(({ follows }) => !follows);
  const shown = own.slice(0, MOST_SHOWN);
  const more = own.length - shown.length + leftOut;
  return [
    `run ${run}, ${steps} steps from ${from} to ${to}`,
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
    ...(isSameCode ? [] : ['The code of the strategy is not the one that the run began with.']),
    ...(shown.length === 0
      ? []
      : [
          '',
          table(
            ['candle', 'step', 'class', 'first input', 'bot', 'backtest'],
            shown.map((each) => [
              each.openTime,
              each.step === null ? '-' : `${each.step}`,
              each.class,
              each.input ?? '-',
              short(each.bot),
              short(each.backtest),
            ]),
          ),
        ]),
    ...(more > 0 ? [`and ${more} more; --json has them`] : []),
    ...(own.length < differences.length
      ? [`${differences.length - own.length} differences only follow from these`]
      : []),
  ].join('\n');
}

const short = (text: string): string => {
  const line = text.replaceAll('\n', '; ') || 'nothing';
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
};
