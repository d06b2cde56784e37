/**
 * The numbers of processes against what is documented: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale
 * (algorithm details, stabilization) and https://keda.sh/docs/latest/concepts/scaling-deployments (activation, cooldown).
 */
import fc from 'fast-check';
import { NO_MEMORY, ScaleRule, Trigger, byTrigger, replicasWanted } from './replicas-wanted';

const RULE: ScaleRule = { min: 1, max: 20, cooldownMs: 300, stabilizationMs: 300, downEveryMs: 60 };
const FROM_ZERO: ScaleRule = { ...RULE, min: 0, max: 10 };
const lag = (value: number, threshold = 25): Trigger => ({ value, threshold, activation: 0 });

describe('the number for one figure', () => {
  it('is currentReplicas * (currentMetricValue / desiredMetricValue), rounded up, as Kubernetes documents it', () => {
    const figures = fc.record({
      value: fc.integer({ min: 0, max: 100_000 }),
      threshold: fc.integer({ min: 1, max: 500 }),
      current: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(figures, ({ value, threshold, current }) => {
        // What lies on the tolerance itself is a matter of rounding.
        fc.pre(10 * Math.abs(value - threshold * current) !== threshold * current);
        // In whole numbers: the current metric value is the sum over the current replicas.
        const documented = (BigInt(value) + BigInt(threshold) - 1n) / BigInt(threshold);
        const isWithinTolerance = Math.abs(value / current / threshold - 1) <= 0.1;
        expect(byTrigger(lag(value, threshold), current)).toBe(
          isWithinTolerance ? current : Number(documented),
        );
      }),
    );
  });

  it.each`
    value  | current | wanted | because
    ${0}   | ${3}    | ${0}   | ${'nothing waits'}
    ${100} | ${2}    | ${4}   | ${'100 / 25'}
    ${101} | ${2}    | ${5}   | ${'rounded up'}
    ${109} | ${4}    | ${4}   | ${'27.25 each is within a tenth of 25'}
    ${111} | ${4}    | ${5}   | ${'27.75 each is not'}
  `('is $wanted of $value for $current processes: $because', ({ value, current, wanted }) => {
    expect(byTrigger(lag(value as number), current as number)).toBe(wanted);
  });
});

describe('the number of processes', () => {
  it('is the largest that any trigger wants, between the least and the most', () => {
    const at = (...triggers: Trigger[]) => replicasWanted(RULE, triggers, 1, NO_MEMORY, 0).replicas;
    expect(at(lag(60), lag(4, 1))).toBe(4);
    expect(at(lag(60_000), lag(4, 1))).toBe(20);
    expect(at(lag(0), lag(0, 1))).toBe(1);
  });

  it('goes from none to one as soon as a figure is above its activation, and no further in that look', () => {
    const at = (value: number) => replicasWanted(FROM_ZERO, [lag(value, 1)], 0, NO_MEMORY, 0).replicas;
    expect([at(0), at(1), at(60)]).toEqual([0, 1, 1]);
  });

  it('goes to none when nothing was active for the cooldown, at once and whatever the window says', () => {
    const busy = replicasWanted(FROM_ZERO, [lag(2, 1)], 2, NO_MEMORY, 0);
    const idle = (nowMs: number) => replicasWanted(FROM_ZERO, [lag(0, 1)], 2, busy.memory, nowMs).replicas;
    expect([idle(1), idle(299), idle(300)]).toEqual([2, 2, 0]);
  });

  it('falls to the most that was wanted within the window, one process in each of its periods', () => {
    let { memory, replicas } = replicasWanted(RULE, [lag(100)], 1, NO_MEMORY, 0);
    const seen: number[] = [replicas];
    for (let nowMs = 20; nowMs <= 500; nowMs += 20) {
      ({ memory, replicas } = replicasWanted(RULE, [lag(0)], replicas, memory, nowMs));
      seen.push(replicas);
    }
    const until = (count: number) => seen.lastIndexOf(count) * 20;
    expect([until(4), until(3), until(2), seen.at(-1)]).toEqual([280, 340, 400, 1]);
  });
});
