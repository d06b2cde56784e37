/**
 * One seeded run of the second family: every kind of order at once, one fault aimed at one kind at its worst moment, a
 * market that moves, healing, cancels; and then whether our books and the exchange's are the same to the last digit.
 */
import { SubmitOrder, cancelAllOrders, listOpenOrders } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { until } from '@elvis/testing';
import { seeded } from '../../load/seeded';
import { SPOT_SYMBOL } from '../exchange-list';
import { Fault, Target, faultsOn } from '../fault-list';
import { Rig } from '../rig';
import { RunReport, settled } from '../run';
import { Outcome, Sender } from '../sender';
import { SYMBOLS, Stage, StageOptions } from '../stage';
import { Verdict } from '../verdict';
import { Plan, Prices, RISE, planOf } from './plan';
import { AMENDMENT, DEAD_MAN, TARGETS } from './targets';

/** Two replicas over both markets, with something to sell on spot. */
export const KINDS_STAGE: StageOptions = { market: 'recording', spotBitcoin: '50' };

const HEAL_AFTER_MS = 1_200;
/** The feeder looks once a second. */
const HEAL_FEEDER_AFTER_MS = 2_200;
const APART_MS = 15;
const HIGH_FOR_MS = 500;
const COUNTDOWN_MS = 125_000;
const WITHIN_MS = 40_000;

const FAULT_LISTS: readonly (readonly Fault[])[] = TARGETS.map(faultsOn);

/** Neighbouring seeds meet the kinds in turn. */
function chosenBy(seed: number): { readonly target: Target; readonly fault: Fault } {
  const kind = seed % TARGETS.length;
  const target = TARGETS[kind];
  const faults = FAULT_LISTS[kind] ?? [];
  const fault = faults[Math.floor(seed / TARGETS.length) % faults.length];
  if (!target || !fault) throw new Error('There are no faults');
  return { target, fault };
}

export async function runKindsSeed({ stage, sender, records }: Rig, seed: number): Promise<RunReport> {
  await Promise.all([sender.calm(), sender.calm(WITHIN_MS, 'spot')]);
  if (chosenBy(seed).target === DEAD_MAN) await sender.disarmed();
  const startedAt = performance.now();
  const { target, fault } = chosenBy(seed);
  const chance = seeded(seed);
  await stage.admin('POST', '/seed', { seed });
  stage.newLines();
  const prefix = `k${seed}-${Date.now().toString(36)}-`;
  const plan = planOf(target, prefix, await pricesOf(stage), chance);
  const run = new KindsRun(stage, sender, plan, target, fault, chance);
  const outcomes = await run.play();
  const first = await settled(sender, records, prefix, run.ids());
  if (target === DEAD_MAN) await run.die();
  await tidy(sender);
  const last = await settled(sender, records, prefix, run.ids());
  return {
    seed,
    fault: `${target.name}: ${fault.name}`,
    tookMs: Math.round(performance.now() - startedAt),
    outcomes: outcomes.map((outcome) => ('view' in outcome ? outcome.view.status : outcome.failure.code)),
    unresolved: last.unresolved,
    problems: [...remembered(first), ...last.problems, ...wronglyJudged(stage.newLines(), prefix)],
  };
}

class KindsRun {
  private readonly orders: readonly SubmitOrder[];

  constructor(
    private readonly stage: Stage,
    private readonly sender: Sender,
    private readonly plan: Plan,
    private readonly target: Target,
    private readonly fault: Fault,
    private readonly chance: () => number,
  ) {
    this.orders = [...plan.conditional, ...plan.batch, ...plan.spot, plan.plain];
  }

  ids(): readonly SubmitOrder[] {
    return this.orders;
  }

  /** Everything is placed while the fault strikes; what the fault is about rests before, if it is no placement. */
  async play(): Promise<readonly Outcome[]> {
    const { stage, sender, plan, target, fault, chance } = this;
    const { aimed } = plan;
    const isPlacement = target.method === 'POST';
    const isRising = chance() < 0.6;
    const risesAfterMs = chance() * 900;
    const before = isPlacement ? [] : [await sender.place(aimed)];
    const scene = { stage, chance, clientOrderId: aimed.clientOrderId };
    await fault.strike(scene);
    const healing = after(target === DEAD_MAN ? HEAL_FEEDER_AFTER_MS : HEAL_AFTER_MS, () =>
      fault.heal(scene),
    );
    const rising = isRising ? after(risesAfterMs, () => rise(stage)) : undefined;
    const single = [...plan.conditional, ...plan.spot, plan.plain].filter(
      (order) => isPlacement || order !== aimed,
    );
    const races = single.map(() => chance() < 0.3);
    const outcomes = await Promise.all([
      sender.placeAll(plan.batch),
      ...single.map(async (order, place) => {
        await later(place * APART_MS);
        const asked = [sender.place(order), ...(races[place] ? [sender.place(order)] : [])];
        return [(await Promise.all(asked))[0] as Outcome];
      }),
      this.change(),
    ]);
    await Promise.all([healing, rising]);
    await this.follow(outcomes.flat());
    return [...before, ...outcomes.flat()];
  }

  /** The fleet dies with orders in the book: the exchange cancels them, and whoever starts next knows. */
  async die(): Promise<void> {
    const { stage, sender } = this;
    const { clientOrderId, symbol } = this.plan.plain;
    const isResting = await sender.find(clientOrderId).then(
      ({ status }) => status === 'NEW',
      () => false,
    );
    if (isResting) await sender.armed(symbol);
    for (const { process } of stage.replicas) process.kill('SIGKILL');
    await stage.passTime(COUNTDOWN_MS);
    await until(() => Promise.resolve(stage.replicas.every(({ process }) => process.signalCode !== null)));
    for (const replica of stage.replicas) stage.revive(replica);
    await Promise.all(stage.replicas.map((replica) => stage.ready(replica)));
    await sender.calm();
  }

  /** What the fault is about, where it is no placement. */
  private async change(): Promise<readonly Outcome[]> {
    const { sender, target } = this;
    const { clientOrderId, quantity, price } = this.plan.aimed;
    if (target === AMENDMENT) return [await sender.amend(clientOrderId, twice(quantity), price ?? '')];
    return target.method === 'DELETE' ? [await sender.cancel(clientOrderId)] : [];
  }

  /** What people do next: change one, cancel some. */
  private async follow(outcomes: readonly Outcome[]): Promise<void> {
    const { plan, sender, target } = this;
    const choices = outcomes.map(() => [this.chance() < 0.5, this.chance() < 0.4] as const);
    await Promise.all(
      outcomes.map(async (outcome, place) => {
        if (!('view' in outcome) || outcome.view.status !== 'NEW') return;
        const { clientOrderId, market, type, quantity, price } = outcome.view;
        const [isChanged, isCanceled] = choices[place] ?? [];
        const isForTheSwitch = target === DEAD_MAN && clientOrderId === plan.plain.clientOrderId;
        if (isChanged && market === 'futures' && type === 'LIMIT' && price !== undefined)
          await sender.amend(clientOrderId, twice(quantity), price);
        if (isCanceled && !isForTheSwitch) await sender.cancel(clientOrderId);
      }),
    );
  }
}

/** Everything that still works is canceled, so that no run meets another's orders. */
export async function tidy(sender: Sender): Promise<void> {
  await until(async () => {
    const { items } = await sender.request(listOpenOrders, { status: 'open', limit: 1 });
    if (items.length === 0) return true;
    await sender.request(cancelAllOrders, { actor: 'faults' });
    return false;
  });
}

/** The market rises until what is near has triggered, and falls back. */
async function rise(stage: Stage): Promise<void> {
  const { 'futures:BTCUSDT': price = new Decimal(0) } = await pricesOf(stage);
  const by = price.times(RISE).toFixed(0);
  await stage.admin('POST', '/price/move', { symbol: 'BTCUSDT', by });
  await later(HIGH_FOR_MS);
  await stage.admin('POST', '/price/move', { symbol: 'BTCUSDT', by: `-${by}` });
}

async function pricesOf(stage: Stage): Promise<Prices> {
  const read = async <Row>(path: string): Promise<Row> =>
    (await (await fetch(`http://127.0.0.1:${stage.restPort}${path}`)).json()) as Row;
  const marks = await Promise.all(
    SYMBOLS.map((symbol) => read<{ markPrice: string }>(`/fapi/v1/premiumIndex?symbol=${symbol}`)),
  );
  const { price } = await read<{ price: string }>(`/api/v3/ticker/price?symbol=${SPOT_SYMBOL}`);
  return Object.fromEntries([
    ...SYMBOLS.map((symbol, place) => [`futures:${symbol}`, new Decimal(marks[place]?.markPrice ?? 0)]),
    [`spot:${SPOT_SYMBOL}`, new Decimal(price)],
  ]) as Prices;
}

/** What only was never settled counts by how it is at the end. */
export const remembered = ({ unresolved, problems }: Verdict): string[] =>
  [...unresolved, ...problems].map((text) => `before the last cancel: ${text}`);

/** The exchange never contradicts itself, so nothing of what it says may have been taken for impossible. */
export const wronglyJudged = (lines: readonly string[], prefix: string): string[] =>
  lines.filter((line) => line.includes(prefix) && /"alert":"order-(evidence|reopened|overruled)"/.test(line));

const twice = (quantity: string): string => new Decimal(quantity).times(2).toFixed();

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const after = async (ms: number, work: () => Promise<void> | void): Promise<void> => {
  await later(ms);
  await work();
};
