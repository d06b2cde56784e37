/** The gates and bots whose skill is known, in short; `npm run prove:gates` has the whole. */
import { Outcome, edges, holds, overfit, power, skill, unchanged } from './simulations';

const LINES: readonly (readonly [what: string, outcome: () => Outcome])[] = [
  ['let hardly a coin tosser pass, by walk-forward', () => skill.honest!(4, 1)],
  ['let hardly a coin tosser pass who shows the days he chose by', () => skill.peeking!(4, 1)],
  ['find a planted edge', () => edges.planted!(20, 1)],
  ['refuse the best of a large grid on noise', () => overfit(2, 1)],
  ['show what is not worse with as many pairs as the table names', () => power[0]!(500, 1)],
  ['do not show what is worse', () => power[1]!(500, 1)],
  ['show what is equal with as many pairs as the table names', () => power[2]!(500, 1)],
  ['do not show what differs', () => power[3]!(500, 1)],
  ['seldom call a bot worse that goes on as it did', () => unchanged(30, 1)],
];

describe('the gates', () => {
  it.each(LINES)('%s', (_, find) => {
    const outcome = find();
    expect({ ...outcome, holds: holds(outcome) }).toMatchObject({ holds: true });
  });
});
