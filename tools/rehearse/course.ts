/** One seed: a fault begins, an order goes out into it, it ends, and everything has to agree again. */
import { Decimal } from '@elvis/trading';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, faultOf } from './faults';
import { brokenInvariants, positionsOf, readBothSides } from './invariants';
import { RehearsalSystem } from './rehearsal-system';
import { Bot, buy, ownSymbol, resumed, sellAll } from './trading';

const SETTLED_WITHIN_MS = 90_000;
const LONGEST_LEAD_MS = 400;

export interface SeedReport {
  readonly seed: number;
  readonly fault: Fault;
  readonly broken: readonly string[];
}

/** Of the rehearsal's own orders; a seed's ids are `r.<seed>...`. */
const OWN_PREFIX = 'r.';

export async function rehearseSeed(
  system: RehearsalSystem,
  bot: Bot,
  { seed, symbol }: { readonly seed: number; readonly symbol: string },
): Promise<SeedReport> {
  const fault = faultOf(seed);
  const own = ownSymbol(symbol);
  const prefix = `${OWN_PREFIX}${seed}`;
  const isOfSeed = (id: string): boolean => id.startsWith(`b.${bot.shortCode}.`) || id.startsWith(OWN_PREFIX);
  try {
    const [before, after] = leads(seed);
    // The order is on its way before the fault begins, or meets it.
    const order = pause(before).then(() => buy(system, own, `${prefix}.a`));
    await pause(after);
    const end = await fault.begin(system);
    const meanwhile = await end();
    await system.healed();
    await cleared(system);
    await order;
    await sellAll(system, prefix, () => heldOf(system, own), own);
    const left = await settled(system, isOfSeed);
    return { seed, fault, broken: [...meanwhile, ...left, ...(await resumed(system, bot))] };
  } catch (error) {
    return { seed, fault, broken: [(error as Error).message] };
  }
}

function leads(seed: number): readonly [order: number, fault: number] {
  const random = xoroshiro128plus(seed);
  const lead = (): number => (random.next() >>> 0) % LONGEST_LEAD_MS;
  return [lead(), lead()];
}

async function heldOf(system: RehearsalSystem, symbol: string): Promise<Decimal> {
  return positionsOf(await system.ordersAtExchange()).get(symbol) ?? new Decimal(0);
}

/** Stops that the fault has left, or brought about, are ended by a person. */
async function cleared(system: RehearsalSystem): Promise<void> {
  await system.until('no stop stands', async () => {
    const { body } = await system.answered('GET', 'emergency_stop/status');
    const { active, scopes } = body as { readonly active: boolean; readonly scopes: readonly unknown[] };
    if (!active && scopes.length === 0) return true;
    await system.call('DELETE', 'emergency_stop', { reason: 'the fault is over', force: true });
    return false;
  });
}

/** What still differs after a while in which everything worked. */
async function settled(
  system: RehearsalSystem,
  isOwn: (clientOrderId: string) => boolean,
): Promise<readonly string[]> {
  let broken: readonly string[] = [];
  await system
    .until(
      'everything agrees',
      async () => {
        broken = brokenInvariants(await readBothSides(system), isOwn);
        return broken.length === 0;
      },
      SETTLED_WITHIN_MS,
    )
    .catch(() => undefined);
  return broken;
}
