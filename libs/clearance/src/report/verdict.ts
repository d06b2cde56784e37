/** What the answers come to. */
import { GoNoGoVerdict } from '@elvis/trading';
import { GateResult } from '../gates/all-gates';

/** Gates of fidelity that a limited GO needs; live fills come only with it. */
const NEEDED_OF_FIDELITY = ['FID-1', 'FID-2', 'FID-5'];

export interface Conclusion {
  readonly verdict: GoNoGoVerdict;
  /** Ids of the gates that stand in the way of this verdict's better one, in their order. */
  readonly missing: readonly string[];
  /** Days until the next better verdict can be had, if all goes on as it did; of NO_GO those that are missing besides what failed. Null where no time alone helps. */
  readonly daysMissing: number | null;
}

const isNeeded = ({ id, group }: GateResult): boolean =>
  group === 'SAFE' || group === 'COST' || NEEDED_OF_FIDELITY.includes(id);

export function conclude(gates: readonly GateResult[]): Conclusion {
  const failed = gates.filter(({ answer }) => answer === 'fail');
  const open = gates.filter(({ answer }) => answer === 'unknown');
  const needed = open.filter(isNeeded);
  if (failed.length > 0) return { ...lacks(needed), verdict: 'NO_GO', missing: failed.map(({ id }) => id) };
  if (open.length === 0) return { verdict: 'GO', missing: [], daysMissing: 0 };
  return needed.length === 0
    ? { verdict: 'GO_LIMITED', ...lacks(open) }
    : { verdict: 'NOT_YET', ...lacks(needed) };
}

/** The longest of those that time answers; null where one of them needs something else. */
function lacks(open: readonly GateResult[]): Omit<Conclusion, 'verdict'> {
  const days = open.map(({ daysMissing }) => daysMissing ?? null);
  const known = days.filter((each) => each !== null);
  return {
    missing: open.map(({ id }) => id),
    daysMissing: known.length === 0 ? null : Math.max(...known),
  };
}
