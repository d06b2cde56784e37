import { logOf, matching, type State, type Step } from './log-lines';

const time = (minute: number): string => `2026-12-01T12:0${minute}:00.000Z`;
const state = (minute: number, name: State['state'], causes: string[] = []): State => ({
  ...{ run: 1, state: name, causes, reason: '', actor: 'key:1', at: time(minute) },
});
const step = (minute: number, told: Partial<Step> = {}): Step => ({
  ...{ botConfigId: 'b', run: 1, step: minute, cause: 'candle', candleOpenTime: null, at: time(minute) },
  ...{ reasons: [], orders: [], tookMs: 1, lateMs: 0, isLate: false, failure: null, ...told },
});
const whole = <Item>(...items: Item[]): { items: Item[]; hasMore: boolean } => ({ items, hasMore: false });
const minutes = (lines: readonly { readonly at: string }[]): number[] =>
  lines.map(({ at }) => Number(at.slice(15, 16)));

describe("a bot's log", () => {
  it('has states and steps in one row, newest first', () =>
    expect(minutes(logOf(whole(state(5, 'STOPPED'), state(1, 'RUNNING')), whole(step(4), step(2))))).toEqual([
      5, 4, 2, 1,
    ]));

  it('holds back what is older than the end of a list of which there is more', () => {
    const steps = { items: [step(4), step(3)], hasMore: true };
    expect(minutes(logOf(whole(state(5, 'STOPPED'), state(1, 'RUNNING')), steps))).toEqual([5, 4, 3]);
    const none = { items: [], hasMore: true };
    expect(minutes(logOf(whole(state(1, 'RUNNING')), none))).toEqual([1]);
  });

  it.each([
    ['error', whole(state(1, 'FAULTED')), whole<Step>()],
    ['warning', whole(state(1, 'PAUSED', ['person', 'limit'])), whole<Step>()],
    ['info', whole(state(1, 'PAUSED', ['person'])), whole<Step>()],
    ['warning', whole(state(1, 'REDUCING')), whole<Step>()],
    ['error', whole<State>(), whole(step(1, { failure: 'RangeError', isLate: true }))],
    ['warning', whole<State>(), whole(step(1, { isLate: true }))],
    ['info', whole<State>(), whole(step(1))],
  ] as const)('calls it %s', (level, states, steps) =>
    expect(logOf(states, steps).map((line) => line.level)).toEqual([level]),
  );

  it('can be narrowed to a level, a kind and a time', () => {
    const lines = logOf(
      whole(state(5, 'FAULTED'), state(1, 'RUNNING')),
      whole(step(4, { orders: ['b.1'] }), step(2)),
    );
    expect(minutes(matching(lines, {}))).toEqual([5, 4, 2, 1]);
    expect(minutes(matching(lines, { level: 'error' }))).toEqual([5]);
    expect(minutes(matching(lines, { kind: 'order' }))).toEqual([4]);
    expect(minutes(matching(lines, { kind: 'state', fromMs: Date.parse(time(1)) }))).toEqual([5, 1]);
    expect(minutes(matching(lines, { fromMs: Date.parse(time(2)) }))).toEqual([5, 4, 2]);
  });
});
