/**
 * One seeded run of the third family: orders that are partly filled, changed to every size around what is filled of them,
 * while the market goes on filling them or has gone away; one fault at its worst moment, healing, another change, cancels;
 * and then whether our books and the exchange's are the same to the last fill.
 */
import { SubmitOrder } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { seeded } from '../../load/seeded';
import { Fault, faultsOn } from '../fault-list';
import { AMENDMENT } from '../kinds/targets';
import { remembered, tidy, wronglyJudged } from '../kinds/run-kinds';
import { Rig } from '../rig';
import { RunReport, settled } from '../run';
import { Outcome, Sender } from '../sender';
import { SYMBOLS, Stage } from '../stage';

const STEP = '0.001';
const FAULTS: readonly Fault[] = faultsOn(AMENDMENT);
const HEAL_AFTER_MS = 1_200;
const APART_MS = 15;
const MOST_RESTING = 150;
const PARTLY_FILLED_WITHIN_MS = 1_500;
/** Parts of the price by which the market leaves the orders behind. */
const AWAY = '0.01';

/** The new quantity, of what is filled and what the order is. */
type Size = (filled: Decimal, quantity: Decimal) => Decimal;

export const SIZES: Readonly<Record<string, Size>> = {
  'the smallest': () => new Decimal(STEP),
  'just below what is filled': (filled) => filled.minus(STEP),
  'half of what is filled': (filled) => filled.div(2),
  'what is filled': (filled) => filled,
  'just above what is filled': (filled) => filled.plus(STEP),
  'between what is filled and the whole': (filled, quantity) => filled.plus(quantity).div(2),
  'far above': (_, quantity) => quantity.times(2),
};
const NAMES = Object.keys(SIZES);

/** So many seeds meet every fault at every size once. */
export const EVERY_SIZE = FAULTS.length * NAMES.length;

/** Neighbouring seeds meet the sizes in turn. */
export function chosenBy(seed: number): { readonly fault: Fault; readonly size: string } {
  const fault = FAULTS[Math.floor(seed / NAMES.length) % FAULTS.length];
  const size = NAMES[seed % NAMES.length];
  if (!fault || size === undefined) throw new Error('There are no faults');
  return { fault, size };
}

export async function runAmendmentsSeed({ stage, sender, records }: Rig, seed: number): Promise<RunReport> {
  await sender.calm();
  const startedAt = performance.now();
  const { fault, size } = chosenBy(seed);
  await stage.admin('POST', '/seed', { seed });
  stage.newLines();
  const prefix = `a${seed}-${Date.now().toString(36)}-`;
  const run = new AmendmentsRun(stage, sender, fault, seeded(seed), size);
  const orders = await run.place(prefix);
  const outcomes = await run.play(orders);
  const first = await settled(sender, records, prefix, orders);
  await tidy(sender);
  const last = await settled(sender, records, prefix, orders);
  return {
    seed,
    fault: `${size}: ${fault.name}`,
    tookMs: Math.round(performance.now() - startedAt),
    outcomes: outcomes.map((outcome) => ('view' in outcome ? outcome.view.status : outcome.failure.code)),
    unresolved: last.unresolved,
    problems: [...remembered(first), ...last.problems, ...wronglyJudged(stage.newLines(), prefix)],
  };
}

class AmendmentsRun {
  private readonly isCalm: boolean;
  private readonly sides: readonly ('BUY' | 'SELL')[];

  constructor(
    private readonly stage: Stage,
    private readonly sender: Sender,
    private readonly fault: Fault,
    private readonly chance: () => number,
    /** Of the order that the fault is aimed at. */
    private readonly size: string,
  ) {
    this.isCalm = chance() < 0.5;
    this.sides = SYMBOLS.map(() => (chance() < 0.5 ? 'BUY' : 'SELL'));
  }

  /** Each takes what the book has up to its price, and rests with what it did not get. */
  async place(prefix: string): Promise<readonly SubmitOrder[]> {
    const orders = await Promise.all(
      [0, 1, 2, 3].map((place) => this.crossing(`${prefix}${place}`, place % SYMBOLS.length)),
    );
    await Promise.all(orders.map((order) => this.sender.place(order)));
    if (this.isCalm) await this.move(1);
    await within(PARTLY_FILLED_WITHIN_MS, async () => {
      const views = await Promise.all(orders.map(({ clientOrderId }) => this.sender.find(clientOrderId)));
      return views.some(({ filledQuantity }) => new Decimal(filledQuantity).gt(0));
    });
    return orders;
  }

  async play(orders: readonly SubmitOrder[]): Promise<readonly Outcome[]> {
    const { stage, sender, fault, chance, isCalm } = this;
    const sizes = orders.map((_, place) => (place === 0 ? this.size : this.anySize()));
    const later = orders.map(() => ({ size: this.anySize(), again: chance() < 0.5, cancel: chance() < 0.3 }));
    const scene = { stage, chance, clientOrderId: orders[0]?.clientOrderId ?? '' };
    await fault.strike(scene);
    const healing = pause(HEAL_AFTER_MS).then(() => fault.heal(scene));
    const changed = await Promise.all(
      orders.map(async (order, place) => {
        await pause(place * APART_MS);
        return this.change(order, sizes[place]);
      }),
    );
    await healing;
    await Promise.all(
      orders.map(async (order, place) => {
        const next = later[place];
        if (next?.again) await this.change(order, next.size);
        if (next?.cancel) await sender.cancel(order.clientOrderId);
      }),
    );
    if (isCalm) await this.move(-1);
    return changed.flatMap((outcome) => outcome ?? []);
  }

  private anySize(): string {
    return NAMES[Math.floor(this.chance() * NAMES.length)] as string;
  }

  /** To this size, by what we know of it at that moment: what is filled may be more when it arrives. */
  private async change(order: SubmitOrder, size = ''): Promise<Outcome | undefined> {
    const view = await this.sender.find(order.clientOrderId).catch(() => undefined);
    const sized = SIZES[size];
    if (!view || !sized || order.price === undefined) return undefined;
    const wanted = sized(new Decimal(view.filledQuantity), new Decimal(view.quantity));
    const quantity = Decimal.max(wanted.toDecimalPlaces(3, Decimal.ROUND_DOWN), STEP).toFixed();
    return this.sender.amend(order.clientOrderId, quantity, order.price);
  }

  private async crossing(clientOrderId: string, index: number): Promise<SubmitOrder> {
    const symbol = SYMBOLS[index] ?? '';
    const side = this.sides[index] ?? 'BUY';
    const levels = 1 + Math.floor(this.chance() * 3);
    // A market that stays takes more, so that it goes on filling while the changes arrive.
    const rest = this.chance() ** 2 * (this.isCalm ? 20 : MOST_RESTING);
    const answer = await fetch(
      `http://127.0.0.1:${this.stage.restPort}/fapi/v1/depth?symbol=${symbol}&limit=5`,
    );
    const book = (await answer.json()) as Readonly<Record<'bids' | 'asks', readonly [string, string][]>>;
    const taken = (side === 'BUY' ? book.asks : book.bids).slice(0, levels);
    const there = taken.reduce((sum, [, quantity]) => sum.plus(quantity), new Decimal(0));
    return {
      ...{
        clientOrderId,
        actor: 'faults',
        market: 'futures',
        symbol,
        side,
        type: 'LIMIT',
        timeInForce: 'GTC',
      },
      quantity: there.plus(rest).toDecimalPlaces(3).toFixed(),
      price: taken.at(-1)?.[0] ?? '0',
    };
  }

  /** The market leaves the resting orders alone, or comes back. */
  private async move(sign: 1 | -1): Promise<void> {
    for (const [index, symbol] of SYMBOLS.entries()) {
      const answer = await fetch(
        `http://127.0.0.1:${this.stage.restPort}/fapi/v1/premiumIndex?symbol=${symbol}`,
      );
      const { markPrice } = (await answer.json()) as { markPrice: string };
      const distance = (this.moved.get(symbol) ?? new Decimal(markPrice).times(AWAY)).toDecimalPlaces(0);
      this.moved.set(symbol, distance);
      const by = distance.times(this.sides[index] === 'BUY' ? sign : -sign).toFixed();
      await this.stage.admin('POST', '/price/move', { symbol, by });
    }
  }

  private readonly moved = new Map<string, Decimal>();
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for it, but no longer: without it the run goes another way. */
async function within(ms: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await isSo().catch(() => false)) && performance.now() < deadline) await pause(20);
}
