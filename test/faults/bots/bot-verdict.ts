/** Holds a bot's journal against the exchange's own list and log: each intended order once, each position protected. */
import { BotJournalRecord, BotStanding, StepIntent, SubmitOrderList } from '@elvis/contracts';
import { FuturesAlgoOrder } from '@elvis/binance';
import { Decimal, ORDER_STATUSES } from '@elvis/trading';
import { BotEntry, BotJournal } from '../../../apps/bots/src/journal/bot-journal';
import { ExchangeAccount } from '../exchange-account';
import { Witness } from '../witness';

/** The invariant's limit. */
const BARE_AT_MOST_MS = 2_000;

interface LoggedOrder {
  readonly order: { readonly clientOrderId: string; readonly symbol: string; readonly side: 'BUY' | 'SELL' };
  readonly fills: readonly { readonly quantity: string; readonly time: number }[];
}

interface TimedAlgo extends FuturesAlgoOrder {
  readonly createTime: number;
}

/** What the exchange itself says of one bot's orders. */
export interface ExchangeView {
  /** Client order ids, each as often as it is listed; what a conditional order became is left out. */
  readonly ids: readonly string[];
  readonly fills: readonly { readonly atMs: number; readonly change: Decimal }[];
  readonly stops: readonly Span[];
}

/** @param prefix of the bot's order ids */
export async function readExchange(
  witness: Witness,
  { symbol, prefix }: { readonly symbol: string; readonly prefix: string },
): Promise<ExchangeView> {
  const { orders } = await witness.admin<{ orders: LoggedOrder[] }>('GET', '/log/orders?account=elvis');
  const wish = { symbol, limit: 1_000 };
  const algos = await new ExchangeAccount(witness).ask<TimedAlgo[]>('GET', '/fapi/v1/allAlgoOrders', wish);
  const own = orders.filter(({ order }) => order.symbol === symbol);
  const conditional = algos.filter(({ clientAlgoId }) => clientAlgoId.startsWith(prefix));
  return {
    ids: [
      ...own.map(({ order }) => order.clientOrderId).filter((id) => id.startsWith(prefix)),
      ...conditional.map(({ clientAlgoId }) => clientAlgoId),
    ],
    fills: own
      .flatMap(({ order, fills }) =>
        fills.map(({ quantity, time }) => ({
          atMs: Number(time),
          change: new Decimal(quantity).times(order.side === 'BUY' ? 1 : -1),
        })),
      )
      .sort((one, other) => one.atMs - other.atMs),
    stops: conditional
      .filter(({ clientAlgoId }) => clientAlgoId.endsWith('.s'))
      .map(({ createTime, updateTime, algoStatus }) => ({
        fromMs: Number(createTime),
        toMs: algoStatus === 'NEW' ? Infinity : Number(updateTime),
      })),
  };
}

/** The bot's records since a sequence, oldest first. */
export async function recordsSince(
  journal: BotJournal,
  last: BotEntry,
  since: number,
): Promise<readonly BotJournalRecord[]> {
  const records: BotJournalRecord[] = [];
  for (let entry: BotEntry | undefined = last; entry && entry.sequence > since;) {
    records.unshift(entry.record);
    entry = entry.record.previous > 0 ? await journal.at(entry.record.previous) : undefined;
  }
  return records;
}

/** The records in a line each, for a run that went wrong. */
export const trailOf = (records: readonly BotJournalRecord[]): string =>
  records
    .map((record) => {
      const { type, atMs, standing, ...said } = record;
      const { inputs: _inputs, due: _due, id: _id, ...rest } = said as Record<string, unknown>;
      return `${new Date(atMs).toISOString()} ${type} ${standing.state} ${JSON.stringify(rest).slice(0, 600)}`;
    })
    .join('\n');

/** What differs between the journal and the exchange's list. */
export function differences(records: readonly BotJournalRecord[], { ids }: ExchangeView): readonly string[] {
  const problems: string[] = [];
  const intended = new Map<string, string>();
  const commits = new Map<string, number>();
  for (const record of records) {
    if (record.type === 'INTENTS')
      for (const id of record.intents.flatMap(idsOf)) {
        if (intended.has(id)) problems.push(`${id}: intended twice`);
        intended.set(id, 'UNKNOWN');
      }
    if (record.type === 'COMMIT') {
      const of = `${record.run}.${record.step}`;
      commits.set(of, (commits.get(of) ?? 0) + 1);
      for (const { clientOrderId, action, outcome } of record.answers)
        if (action === 'SUBMIT' || action === 'SUBMIT_LIST') intended.set(clientOrderId, outcome);
    }
  }
  for (const [step, count] of commits) if (count > 1) problems.push(`step ${step}: committed ${count} times`);
  for (const record of records)
    if (record.type === 'INTENTS' && !commits.has(`${record.run}.${record.step}`))
      problems.push(`step ${record.run}.${record.step}: its intents were fixed and never committed`);
  const known = new Set(records.map(({ run }) => run));
  const seen = new Map<string, number>();
  for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1);
  for (const [id, outcome] of intended) {
    const count = seen.get(id) ?? 0;
    // What was not known when the step was committed is judged by the order's own journal.
    if (NOT_KNOWN.has(outcome) && count <= 1) continue;
    const isOrder = (ORDER_STATUSES as readonly string[]).includes(outcome) && !NO_ORDER.has(outcome);
    if (count !== (isOrder ? 1 : 0))
      problems.push(`${id}: ${outcome} for the bot, and ${count} orders at the exchange`);
  }
  const first = Math.min(...records.map(({ standing }) => standing.lastDueStep));
  for (const id of seen.keys()) {
    const [, , run = '', step = ''] = id.split('.');
    const isOfNow = known.has(parseInt(run, 36)) && parseInt(step, 36) > first;
    if (isOfNow && !intended.has(id)) problems.push(`${id}: at the exchange, and never intended`);
  }
  return problems;
}

const NO_ORDER: ReadonlySet<string> = new Set(['DENIED', 'REJECTED']);
const NOT_KNOWN: ReadonlySet<string> = new Set(['PENDING_NEW', 'UNKNOWN']);

const idsOf = ({ action, clientOrderId, terms }: StepIntent): readonly string[] => {
  if (action === 'SUBMIT') return [clientOrderId];
  if (action !== 'SUBMIT_LIST') return [];
  return [clientOrderId, (terms as unknown as SubmitOrderList).target.clientOrderId];
};

/** How the bot has to stand once nothing is under way. */
export function unsettled({ due, pending, orders, position, state, fault }: BotStanding): readonly string[] {
  return [
    ...(due.length > 0 ? [`${due.length} steps are due`] : []),
    ...(pending ? [`step ${pending.due.step} is not committed`] : []),
    ...(orders.length > 0 ? [`${orders.length} orders are open`] : []),
    ...(new Decimal(position.quantity).isZero() ? [] : [`it holds ${position.quantity}`]),
    ...(state === 'FAULTED' ? [`it is FAULTED: ${fault?.code ?? ''} ${fault?.message ?? ''}`] : []),
  ];
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** While the bot was held by a halt, in which it sends nothing. */
export function haltsIn(records: readonly BotJournalRecord[]): readonly Span[] {
  const spans: Span[] = [];
  let fromMs: number | undefined;
  for (const record of records) {
    if (record.type !== 'STATE') continue;
    const isHalted = record.causes.includes('halt');
    if (isHalted) fromMs ??= record.atMs;
    else if (fromMs !== undefined) {
      spans.push({ fromMs, toMs: record.atMs });
      fromMs = undefined;
    }
  }
  return spans;
}

/** How much of a span others cover, what they share counted once. */
function coveredMs({ fromMs, toMs }: Span, others: readonly Span[]): number {
  let at = fromMs;
  let sum = 0;
  for (const other of [...others].sort((one, two) => one.fromMs - two.fromMs)) {
    const from = Math.max(at, other.fromMs);
    const to = Math.min(toMs, other.toMs);
    if (to <= from) continue;
    sum += to - from;
    at = to;
  }
  return sum;
}

export interface Bare {
  /** The longest that a position was without a stop, by the exchange's own log. */
  readonly longestMs: number;
  readonly problems: readonly string[];
}

/**
 * @param sinceMs what was before is another run's
 * @param harmed while a part could not work, or trading was halted: that time is not counted
 */
export function bareTimes({ fills, stops }: ExchangeView, sinceMs: number, harmed: readonly Span[]): Bare {
  let position = new Decimal(0);
  let longestMs = 0;
  const problems: string[] = [];
  fills.forEach(({ atMs, change }, at) => {
    position = position.plus(change);
    const untilMs = fills[at + 1]?.atMs ?? atMs;
    if (position.isZero() || untilMs < sinceMs) return;
    for (const { fromMs, toMs } of gaps(atMs, untilMs, stops)) {
      longestMs = Math.max(longestMs, toMs - fromMs);
      const harmedMs = coveredMs({ fromMs, toMs }, harmed);
      if (toMs - fromMs - harmedMs > BARE_AT_MOST_MS)
        problems.push(
          `a position was bare for ${toMs - fromMs} ms, in ${toMs - fromMs - harmedMs} ms of which every part worked`,
        );
    }
  });
  return { longestMs, problems };
}

function gaps(fromMs: number, untilMs: number, stops: ExchangeView['stops']): readonly Span[] {
  const found: Span[] = [];
  let at = fromMs;
  const covering = stops.filter((stop) => stop.toMs > fromMs && stop.fromMs < untilMs);
  for (const stop of [...covering].sort((one, other) => one.fromMs - other.fromMs)) {
    if (stop.fromMs > at) found.push({ fromMs: at, toMs: stop.fromMs });
    at = Math.max(at, stop.toMs);
  }
  if (at < untilMs) found.push({ fromMs: at, toMs: untilMs });
  return found;
}
