/** The bot that is rehearsed, as a configuration: one of the running system, or a strategy with its parameters. */
import { STRATEGIES } from '../../strategies';
import { WordProblems } from '../backtest/words';
import { StackFile } from '../launcher/stack-file';
import { System } from './system';
import { RehearseWords } from './words';

/** What `POST /api/v1/bot-configs` takes. */
export interface BotBody {
  readonly name: string;
  readonly strategy: string;
  readonly market: string;
  readonly symbol: string;
  readonly interval: string;
  readonly initialCapital: string;
  readonly leverage?: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly protections?: object;
  readonly limits?: object;
}

/** A rehearsal lasts minutes: the shortest interval takes the most steps in them. */
const INTERVAL = '1m';

/** @throws WordProblems where BOT is neither a bot nor a strategy */
export async function rehearsedBot(words: RehearseWords, stack: StackFile | undefined): Promise<BotBody> {
  const { bot, parameters, symbol, capital } = words;
  const configured = stack && (await configuredBot(new System(() => stack), bot));
  if (configured) {
    const { strategy, market, initialCapital, leverage, protections, limits } = configured;
    return {
      name: `rehearsal of ${configured.name}`.slice(0, 60),
      strategy,
      market,
      symbol: configured.symbol,
      interval: INTERVAL,
      initialCapital,
      ...(leverage !== undefined && { leverage }),
      parameters: { ...configured.parameters, ...parameters },
      ...(protections && { protections }),
      ...(limits && { limits }),
    };
  }
  if (!STRATEGIES.some(({ name }) => name === bot)) {
    const names = STRATEGIES.map(({ name }) => name).join(', ');
    throw new WordProblems(
      `${bot} is no bot of a system that runs here, and no strategy. There are: ${names}`,
    );
  }
  return {
    name: `rehearsal of ${bot}`,
    strategy: bot,
    market: 'futures',
    symbol,
    interval: INTERVAL,
    initialCapital: capital,
    parameters,
  };
}

async function configuredBot(system: System, bot: string): Promise<BotBody | undefined> {
  const { items } = await system.wanted<{ items: readonly (BotBody & { readonly id: string })[] }>(
    'GET',
    'bot-configs',
  );
  return items.find(({ id, name }) => id === bot || name === bot);
}
