/** The words after `npm run rehearse --`, read; all that is wrong is told at once. */
import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { parseArgs } from 'node:util';
import { WordProblems } from '../backtest/words';

export const USAGE = `npm run rehearse -- BOT [--set name=value ...] [--symbol BTCUSDT] [--capital 5000]
                        [--seeds 25] [--from 1] [--speed 30]
npm run rehearse -- BOT --on testnet [--minutes 3]
BOT is a bot of the running system, by its id or name, or a strategy`;

export interface RehearseWords {
  readonly bot: string;
  readonly on: 'paper' | 'testnet';
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly symbol: string;
  readonly capital: string;
  readonly seeds: number;
  readonly from: number;
  /** The recorded pace times this. */
  readonly speed: number;
  readonly minutes: number;
}

const OPTIONS = {
  on: { type: 'string', default: 'paper' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  symbol: { type: 'string', default: 'BTCUSDT' },
  capital: { type: 'string', default: '5000' },
  seeds: { type: 'string', default: '25' },
  from: { type: 'string', default: '1' },
  speed: { type: 'string', default: '30' },
  minutes: { type: 'string', default: '3' },
} as const;

/** @throws WordProblems */
export function readWords(args: readonly string[]): RehearseWords {
  const { values, positionals } = parse(args);
  const problems: string[] = [];
  const [bot = '', ...more] = positionals;
  if (bot === '') problems.push('name a bot, or a strategy such as ema-crossover');
  if (more.length > 0) problems.push(`one bot at a time; left over: ${more.join(' ')}`);
  const number = (name: 'seeds' | 'from' | 'speed' | 'minutes', most: number, least = 1): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push(`--${name} is a whole number from ${least} to ${most}, not ${values[name]}`);
    return value;
  };
  const { on, symbol, capital } = values;
  if (on !== 'paper' && on !== 'testnet') problems.push(`--on is paper or testnet, not ${on}`);
  if (!SYMBOL_PATTERN.test(symbol)) problems.push(`--symbol ${SYMBOL_RULE}, not ${symbol}`);
  if (!/^\d+(\.\d+)?$/.test(capital) || Number(capital) <= 0)
    problems.push(`--capital is an amount above zero, not ${capital}`);
  const pairs = values.set.map((text) => /^([A-Za-z]\w*)=(.*)$/.exec(text));
  values.set.forEach((text, at) => {
    if (pairs[at] === null) problems.push(`--set takes name=value, not ${text}`);
  });
  const words = {
    bot,
    on: on === 'testnet' ? ('testnet' as const) : ('paper' as const),
    parameters: Object.fromEntries(
      pairs.flatMap((pair) => (pair ? [[pair[1]!, valueOf(pair[2]!)] as const] : [])),
    ),
    symbol,
    capital,
    seeds: number('seeds', 10_000),
    from: number('from', 1_000_000),
    speed: number('speed', 1_000),
    minutes: number('minutes', 1_440, 0),
  };
  if (problems.length > 0) throw new WordProblems(problems.join('\n'));
  return words;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WordProblems((error as Error).message);
  }
}

/** A number or a flag where it reads as one. */
const valueOf = (text: string): unknown =>
  /^(true|false|-?\d+(\.\d+)?)$/.test(text) ? (JSON.parse(text) as unknown) : text;
