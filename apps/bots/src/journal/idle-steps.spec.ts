import { BotIdle } from '@elvis/contracts';
import { createHash } from 'node:crypto';
import { IdleAfter, IdleStep, idleAfter } from './idle-steps';

const HOUR_MS = 3_600_000;
const aStep = (step: number): IdleStep => ({ step, inputsHash: `h${step}`, reasons: ['nothing wished'] });
const after = (...steps: readonly (readonly [step: number, atMs: number])[]): IdleAfter =>
  steps.reduce<IdleAfter>((known, [step, atMs]) => idleAfter(known.idle, atMs, aStep(step)), { idle: null });

describe('steps that sent nothing', () => {
  it('are counted by the hour, and told with the first step of a later one', () => {
    const { idle } = after([1, 10], [2, 20], [4, HOUR_MS - 1]);
    expect(idle).toMatchObject({ fromStep: 1, toStep: 4, steps: 3 });
    const next = idleAfter(idle, 3 * HOUR_MS, aStep(5));
    expect(next.idled).toEqual(idle);
    expect(next.idle).toMatchObject({ fromStep: 5, toStep: 5, steps: 1 });
  });

  it('leave out a step that sent something, which tells of the hour before all the same', () => {
    const { idle } = after([1, 10]);
    expect(idleAfter(idle, 20, undefined)).toEqual({ idle });
    expect(idleAfter(idle, HOUR_MS, undefined)).toEqual({ idle: null, idled: idle });
  });

  it('have a hash that whoever has the steps can make again, and that no other steps have', () => {
    const hashOf = (before: string, step: number): string =>
      createHash('sha256').update(`${before}\n${step}\nh${step}\n["nothing wished"]`).digest('hex');
    const told = (idle: BotIdle | null) => idle?.hash;
    expect(told(after([1, 1], [2, 2]).idle)).toBe(hashOf(hashOf('', 1), 2));
    expect(told(after([2, 1], [1, 2]).idle)).not.toBe(told(after([1, 1], [2, 2]).idle));
  });
});
