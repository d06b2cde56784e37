/** The gates and bots whose skill is known, in short; `npm run prove:gates` has the whole. */
import { Outcome, edges, holds, overfit, power, skill, unchanged } from './simulations';

const LINES: readonly (readonly [what: string, outcome: () => Outcome])[] = [
  ['let hardly a coin tosser pass, by walk-forward', () => skill.honest!(10, 1)],
  ['let hardly a coin tosser pass who shows the days he chose by', () => skill.peeking!(10, 1)],
  ['find a planted edge', () => edges.planted!(40, 1)],
  ['refuse the best of a large grid on noise', () => overfit(3, 1)],
  ['show what is not worse with as many pairs as the table names', () => power[0]!(1_000, 1)],
  ['do not show what is worse', () => power[1]!(1_000, 1)],
  ['show what is equal with as many pairs as the table names', () => power[2]!(1_000, 1)],
  ['do not show what differs', () => power[3]!(1_000, 1)],
  ['seldom call a bot worse that goes on as it did', () => unchanged(200, 1)],
];

describe('the gates', () => {
  it.each(LINES)('%s', (_, find) => {
    const outcome = find();
    expect({ ...outcome, holds: holds(outcome) }).toMatchObject({ holds: true });
  });
});
