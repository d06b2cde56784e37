import { FRONT_FAULTS, frontFaultOf } from './front-faults';
import { FrontCourse } from './run-binance-front';

jest.setTimeout(300_000);

/** One of each character; `npm run faults:binance-front` does a hundred. */
const SEEDS = [1, 2, 3];

describe('clients of the Binance front that are not told what became of their order', () => {
  let course: FrontCourse;

  beforeAll(async () => {
    course = await FrontCourse.start();
  });
  afterAll(() => course?.close());

  it.each(SEEDS)('have it once, and take none for lost that lives (seed %i)', async (seed) => {
    const { unresolved, problems, outcomes } = await course.run(seed);
    expect({ unresolved, problems, outcomes }).toEqual({ unresolved: [], problems: [], outcomes });
  });

  it('meet every fault there is within so many seeds as there are', () => {
    const names = FRONT_FAULTS.map((_, seed) => frontFaultOf(seed));
    expect(new Set(names).size).toBe(FRONT_FAULTS.length);
  });
});
