/** Holds a day of bots against the exchange: orders, fills, figures, statements and limits, to the last digit. */
import { connectNats } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { BotDay } from '@elvis/contracts';
import { until } from '@elvis/testing';
import { BotJournal } from '../../../apps/bots/src/journal/bot-journal';
import { differences, readExchange, recordsSince, unsettled } from '../../faults/bots/bot-verdict';
import { PartsSystem } from '../../faults/parts/parts-system';
import { Bot, DAILY_TRADES } from './bots';

const SETTLED_WITHIN_MS = 180_000;
const DAY_MS = 86_400_000;

interface LoggedOrder {
  readonly order: { readonly symbol: string; readonly clientOrderId: string; readonly side: 'BUY' | 'SELL' };
  readonly fills: readonly LoggedFill[];
}

interface LoggedFill {
  readonly quantity: string;
  readonly fee: string;
  readonly realizedPnl: string;
  readonly time: number;
}

type Sums = Pick<BotDay, 'fees' | 'results' | 'entries' | 'trades'>;

/** What does not agree; empty is a clean day. Waits until nothing is under way. */
export async function verdictOfDay(system: PartsSystem, bots: readonly Bot[]): Promise<readonly string[]> {
  const nats = await connectNats(system.servers.natsUrl, 'days');
  try {
    const journal = new BotJournal(nats);
    let problems: readonly string[] = ['never compared'];
    await until(
      async () => {
        problems = [
          ...(await comparedRecords(system)),
          ...(await Promise.all(bots.map((bot) => comparedBot(system, journal, bot)))).flat(),
        ];
        return problems.length === 0;
      },
      'everything agrees',
      SETTLED_WITHIN_MS,
    ).catch(() => undefined);
    return [...problems, ...(await comparedStatements(system))];
  } finally {
    await nats.close();
  }
}

async function comparedRecords(system: PartsSystem): Promise<readonly string[]> {
  const { unresolved, problems } = await system.records.compare('b.');
  const history = await system.history.differences('b.', await system.records.events());
  return [...unresolved, ...problems, ...history];
}

async function comparedBot(system: PartsSystem, journal: BotJournal, bot: Bot): Promise<readonly string[]> {
  const last = await journal.last(bot.id);
  if (!last) return [`${bot.name}: no journal`];
  const prefix = `b.${bot.shortCode}.`;
  const exchange = await readExchange(system, { symbol: bot.symbol, prefix });
  const records = await recordsSince(journal, last, 0);
  const theirs = await daysAtExchange(system, bot.symbol);
  const { figures } = last.standing;
  return [
    ...differences(records, exchange),
    ...unsettled(last.standing),
    ...figures.days.flatMap((day) => differentDay(day, theirs.get(day.day))),
    ...[...theirs.keys()].flatMap((day) =>
      figures.days.some((known) => known.day === day)
        ? []
        : [`day ${day} has fills the bot does not know of`],
    ),
    ...[...theirs.values()].flatMap(({ entries }) =>
      bot.limits?.maxDailyTrades !== undefined && entries > DAILY_TRADES
        ? [`${entries} entries in a day, ${DAILY_TRADES} allowed`]
        : [],
    ),
  ].map((text) => `${bot.name} (${bot.strategy}): ${text}`);
}

function differentDay(ours: BotDay, theirs: Sums | undefined): readonly string[] {
  if (!theirs) return [`day ${ours.day}: the exchange knows no fill of it`];
  return (['fees', 'results', 'entries', 'trades'] as const).flatMap((name) =>
    new Decimal(ours[name]).eq(theirs[name])
      ? []
      : [`day ${ours.day}: ${name} ${ours[name]} by the bot, ${theirs[name]} by the exchange`],
  );
}

/** One bot a symbol: what was filled of a symbol is its own. By UTC day of the exchange's clock. */
async function daysAtExchange(system: PartsSystem, symbol: string): Promise<ReadonlyMap<number, Sums>> {
  const { orders } = await system.admin<{ orders: LoggedOrder[] }>('GET', '/log/orders?account=elvis');
  const fills = orders
    .filter(({ order }) => order.symbol === symbol)
    .flatMap(({ order, fills: of }) => of.map((fill) => ({ ...fill, side: order.side })))
    .sort((one, other) => one.time - other.time);
  const days = new Map<number, Sums>();
  let held = new Decimal(0);
  for (const { side, quantity, fee, realizedPnl, time } of fills) {
    const before = held;
    held = held.plus(side === 'BUY' ? quantity : `-${quantity}`);
    const day = Math.floor(Number(time) / DAY_MS);
    const { fees, results, entries, trades } = days.get(day) ?? {
      fees: '0',
      results: '0',
      entries: 0,
      trades: 0,
    };
    days.set(day, {
      fees: new Decimal(fees).plus(fee).toFixed(),
      results: new Decimal(results).plus(realizedPnl).toFixed(),
      entries: entries + (before.isZero() ? 1 : 0),
      trades: trades + (held.isZero() ? 1 : 0),
    });
  }
  return days;
}

async function comparedStatements(system: PartsSystem): Promise<readonly string[]> {
  const { now } = await system.admin<{ now: number }>('GET', '/report');
  const days = [now - DAY_MS, now].map((ms) => new Date(ms).toISOString().slice(0, 10));
  const answers = await Promise.all(
    days.map((day) => system.call('GET', `/api/v1/daily_statement?day=${day}`)),
  );
  return answers.flatMap(({ status, body }, at) => {
    console.log(
      `statement of ${days[at]}: ${status} ${body?.trades} trades, reconciled ${body?.isReconciled}`,
    );
    if (status === 200 && body.isReconciled === true) return [];
    return [`statement of ${days[at]}: ${status} ${JSON.stringify(body)?.slice(0, 600)}`];
  });
}
