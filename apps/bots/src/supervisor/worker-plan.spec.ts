import { workersWanted } from './worker-plan';

interface Row {
  readonly running: number;
  readonly tookMs: readonly number[];
  readonly atOnce: number;
  readonly wanted: number;
}

describe('the plan of workers', () => {
  it.each`
    running | tookMs              | atOnce | wanted
    ${0}    | ${[40]}             | ${8}   | ${0}
    ${50}   | ${[]}               | ${8}   | ${0}
    ${500}  | ${[40]}             | ${8}   | ${2}
    ${500}  | ${[40, 10, 10, 10]} | ${8}   | ${2}
    ${400}  | ${[40]}             | ${8}   | ${1}
    ${401}  | ${[40]}             | ${8}   | ${2}
  `('is $wanted for $running bots whose steps take $tookMs ms, $atOnce at once', (row) => {
    const { running, tookMs, atOnce, wanted } = row as Row;
    expect(workersWanted(running, tookMs, atOnce)).toBe(wanted);
  });
});
