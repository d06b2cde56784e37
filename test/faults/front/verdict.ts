/** What is wrong with a run: nothing, or one sentence each. */
import { FrontRun } from './run-front';

/** A fifth of a kilobyte that each of the 30,000 attacks of ten minutes left behind would be 6 MB. */
const GROWTH_MB = 5;

export function complaints({ before, after, failures, orders, stops }: FrontRun): string[] {
  const counts = (['slots', 'connections', 'streams', 'descriptors', 'timers'] as const)
    .filter((name) => after[name] > before[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} after`);
  const grew = after.memoryMb - before.memoryMb;
  return [
    ...failures,
    ...counts,
    ...(grew > GROWTH_MB ? [`memory grew by ${grew.toFixed(1)} MB`] : []),
    ...(orders === 0 || stops === 0 ? ['no good client asked for anything'] : []),
  ];
}
