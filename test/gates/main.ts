/**
 * `npm run prove:gates [-- --seed 1 --runs 500]`: how often the gates of go / no-go are right about bots whose skill is
 * known. Ends with 1 where a share is not what is asked.
 */
import { parseArgs } from 'node:util';
import { Outcome, edges, holds, overfit, power, skill, unchanged } from './simulations';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const wanted = ({ asked }: Outcome): string =>
  asked === null
    ? 'told'
    : 'atMost' in asked
      ? `at most ${percent(asked.atMost)}`
      : `at least ${percent(asked.atLeast)}`;

const shares = [
  ...[...Object.values(skill), ...Object.values(edges), overfit].map((line) => ({ line, times: 1 })),
  ...[...power, unchanged].map((line) => ({ line, times: 10 })),
];
let broken = 0;
for (const { line, times } of shares) {
  const outcome = line(runs * times, seed);
  if (!holds(outcome)) broken += 1;
  console.log(
    `${holds(outcome) ? 'ok    ' : 'BROKEN'} ${outcome.line}: ${percent(outcome.share)} of ${outcome.runs} (${wanted(outcome)})`,
  );
}
process.exitCode = broken === 0 ? 0 : 1;
