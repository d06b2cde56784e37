/**
 * One seeded run: a few orders, one fault at its worst moment, healing, and then the question whether our books and the
 * exchange's are the same to the last fill.
 */
import { SubmitOrder } from '@elvis/contracts';
import { seeded } from '../load/seeded';
import { FAULTS } from './fault-list';
import { Rig } from './rig';
import { Sender } from './sender';
import { Stage } from './stage';
import { Records, Verdict } from './verdict';

export interface RunReport extends Verdict {
  readonly seed: number;
  readonly fault: string;
  readonly tookMs: number;
  readonly outcomes: readonly string[];
}

const HEAL_AFTER_MS = 1_200;
/** Longer than the exchange's minute: an order may wait for room in it to be asked after. */
const SETTLED_WITHIN_MS = 80_000;

export async function runSeed({ stage, sender, records }: Rig, seed: number): Promise<RunReport> {
  await sender.calm();
  const startedAt = performance.now();
  const chance = seeded(seed);
  // A thousand neighbouring seeds meet every fault equally often.
  const fault = FAULTS[seed % FAULTS.length];
  if (!fault) throw new Error('There are no faults');
  await stage.admin('POST', '/seed', { seed });
  const prefix = `f${seed}-${Date.now().toString(36)}-`;
  const orders = Array.from({ length: 5 }, (_, place) => orderOf(`${prefix}${place}`, chance));
  const price = await marketPrice(stage);
  const aimed = Math.floor(chance() * orders.length);
  const scene = { stage, chance, clientOrderId: orders[aimed]?.clientOrderId ?? '' };

  await fault.strike(scene);
  const healing = new Promise<void>((resolve, reject) => {
    setTimeout(() => void Promise.resolve(fault.heal(scene)).then(resolve, reject), HEAL_AFTER_MS);
  });
  const outcomes = await Promise.all(
    orders.map(async (order, place) => {
      await new Promise((resolve) => setTimeout(resolve, place * 15));
      const priced = { ...order, ...(order.type === 'LIMIT' && { price: priceOf(order, price) }) };
      // Two replicas race for the same id: the sender asks twice, as a caller whose answer was lost would.
      const isRace = chance() < 0.3;
      const [outcome] = await Promise.all([sender.place(priced), isRace ? sender.place(priced) : undefined]);
      return outcome;
    }),
  );
  await healing;
  await follow(sender, orders, outcomes, chance);
  const verdict = await settled(sender, records, prefix, orders);
  return {
    seed,
    fault: fault.name,
    tookMs: Math.round(performance.now() - startedAt),
    outcomes: outcomes.map((outcome) => ('view' in outcome ? outcome.view.status : outcome.failure.code)),
    ...verdict,
  };
}

/** What people do next: cancel one, change another. */
async function follow(
  sender: Sender,
  orders: readonly SubmitOrder[],
  outcomes: readonly Awaited<ReturnType<Sender['place']>>[],
  chance: () => number,
): Promise<void> {
  const working = orders.filter((_, place) => {
    const outcome = outcomes[place];
    return outcome && 'view' in outcome && outcome.view.status === 'NEW';
  });
  await Promise.all(
    working.map(async ({ clientOrderId, quantity }, place) => {
      const price = outcomePrice(outcomes, clientOrderId);
      if (place % 2 === 0 && price) await sender.amend(clientOrderId, `${Number(quantity) * 2}`, price);
      if (chance() < 0.5) await sender.cancel(clientOrderId);
    }),
  );
}

const outcomePrice = (
  outcomes: readonly Awaited<ReturnType<Sender['place']>>[],
  clientOrderId: string,
): string | undefined =>
  outcomes
    .flatMap((outcome) => ('view' in outcome ? [outcome.view] : []))
    .find((view) => view.clientOrderId === clientOrderId)?.price;

/** The verdict once nothing is unresolved any more and it does not change. */
export async function settled(
  sender: Sender,
  records: Records,
  prefix: string,
  orders: readonly SubmitOrder[],
): Promise<Verdict> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    await sender.sweep(orders.map(({ clientOrderId }) => clientOrderId)).catch(() => undefined);
    const verdict = await records.compare(prefix).catch((error: Error): Verdict => ({
      unresolved: [`not comparable: ${error.message}`],
      problems: [],
    }));
    const isClean = verdict.unresolved.length === 0 && verdict.problems.length === 0;
    if (isClean || performance.now() > deadline) return verdict;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function orderOf(clientOrderId: string, chance: () => number): SubmitOrder {
  const kind = chance();
  return {
    clientOrderId,
    actor: 'faults',
    market: 'futures',
    symbol: chance() < 0.5 ? 'BTCUSDT' : 'ETHUSDT',
    side: chance() < 0.5 ? 'BUY' : 'SELL',
    type: kind < 0.4 ? 'MARKET' : 'LIMIT',
    quantity: `${(chance() < 0.5 ? 2 : 3) / 100}`,
    ...(kind >= 0.4 && { timeInForce: kind < 0.9 ? 'GTC' : 'IOC' }),
  };
}

type Prices = Readonly<Record<string, number>>;

async function marketPrice(stage: Stage): Promise<Prices> {
  const rows = (await (
    await fetch(`http://127.0.0.1:${stage.restPort}/fapi/v1/premiumIndex`)
  ).json()) as readonly { symbol: string; markPrice: string }[];
  return Object.fromEntries(rows.map(({ symbol, markPrice }) => [symbol, Number(markPrice)]));
}

/** IOC orders cross the market, the others rest 2 % away from it. */
function priceOf({ symbol, side, timeInForce }: SubmitOrder, prices: Prices): string {
  const mark = prices[symbol] ?? 0;
  const away = timeInForce === 'IOC' ? -0.005 : 0.02;
  return `${Math.round(mark * (side === 'BUY' ? 1 - away : 1 + away))}`;
}
