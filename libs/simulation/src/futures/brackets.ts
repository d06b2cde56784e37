/**
 * Leverage brackets: how much notional a leverage may carry, and the maintenance margin it needs.
 *
 * The two large tables follow the steps Binance published for BTCUSDT and ETHUSDT in 2024; every other symbol gets the
 * smaller one. They are our own data: a bracket's `cum` follows from the ones before it.
 */
import { ONE } from '../shared/scaled';

interface Bracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalCap: number;
  readonly notionalFloor: number;
  /** In parts per million of the notional. */
  readonly maintenancePpm: number;
  readonly cum: number;
}

type Step = readonly [leverage: number, cap: number, maintenancePpm: number];

const BTC: readonly Step[] = [
  [125, 50_000, 4_000],
  [100, 600_000, 5_000],
  [75, 3_000_000, 6_500],
  [50, 12_000_000, 10_000],
  [25, 70_000_000, 20_000],
  [20, 100_000_000, 25_000],
  [10, 230_000_000, 50_000],
  [5, 480_000_000, 100_000],
  [4, 600_000_000, 125_000],
  [3, 800_000_000, 150_000],
  [2, 1_200_000_000, 250_000],
  [1, 1_800_000_000, 500_000],
];
const ETH: readonly Step[] = [
  [125, 50_000, 4_000],
  [100, 500_000, 5_000],
  [75, 2_000_000, 6_500],
  [50, 10_000_000, 10_000],
  [25, 40_000_000, 20_000],
  [20, 60_000_000, 25_000],
  [10, 140_000_000, 50_000],
  [5, 300_000_000, 100_000],
  [3, 500_000_000, 150_000],
  [2, 750_000_000, 250_000],
  [1, 1_000_000_000, 500_000],
];
const OTHERS: readonly Step[] = [
  [75, 10_000, 6_500],
  [50, 50_000, 10_000],
  [25, 500_000, 20_000],
  [20, 1_000_000, 25_000],
  [10, 5_000_000, 50_000],
  [5, 10_000_000, 100_000],
  [2, 20_000_000, 250_000],
  [1, 30_000_000, 500_000],
];

export const bracketsOf = (symbol: string): readonly Bracket[] =>
  built(symbol === 'BTCUSDT' ? BTC : symbol === 'ETHUSDT' ? ETH : OTHERS);

const cache = new Map<readonly Step[], readonly Bracket[]>();

function built(steps: readonly Step[]): readonly Bracket[] {
  const known = cache.get(steps);
  if (known) return known;
  let floor = 0;
  let cum = 0;
  let before = steps[0]![2];
  const brackets = steps.map(([initialLeverage, notionalCap, maintenancePpm], index): Bracket => {
    cum += (floor * (maintenancePpm - before)) / 1_000_000;
    const bracket = {
      bracket: index + 1,
      initialLeverage,
      notionalCap,
      notionalFloor: floor,
      maintenancePpm,
      cum,
    };
    floor = notionalCap;
    before = maintenancePpm;
    return bracket;
  });
  cache.set(steps, brackets);
  return brackets;
}

/** The largest notional that the leverage may carry; undefined when no bracket allows it. */
export function notionalCapAt(symbol: string, leverage: number): bigint | undefined {
  const allowed = bracketsOf(symbol).filter(({ initialLeverage }) => initialLeverage >= leverage);
  const last = allowed[allowed.length - 1];
  return last && BigInt(last.notionalCap) * ONE;
}

export const maximumLeverage = (symbol: string): number => bracketsOf(symbol)[0]!.initialLeverage;

/** Maintenance margin of a position of this notional. */
export function maintenanceMargin(symbol: string, notional: bigint): bigint {
  const brackets = bracketsOf(symbol);
  const bracket =
    brackets.find(({ notionalCap }) => notional <= BigInt(notionalCap) * ONE) ??
    brackets[brackets.length - 1]!;
  return (notional * BigInt(bracket.maintenancePpm)) / 1_000_000n - BigInt(Math.round(bracket.cum * 1e8));
}
