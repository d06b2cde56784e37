import { ALIVE_MS, FleetReplica, buildsOf, disagreementOf } from './fleet-builds';

const risk: FleetReplica = { name: 'risk-0', build: 'a', contracts: 1, ageMs: 0 };
const execution: FleetReplica = { name: 'execution-0', build: 'a', contracts: 1, ageMs: 400 };

describe('the builds of the fleet', () => {
  it.each`
    why                                                                             | others
    ${'there is one build'}                                                         | ${[]}
    ${'a rolling update has replaced half of it by a build of the same contracts'}  | ${[{ ...execution, build: 'b' }]}
    ${'the one of other contracts has not been heard for more than six heartbeats'} | ${[{ ...execution, contracts: 2, ageMs: ALIVE_MS + 1 }]}
    ${'nobody but this replica is there'}                                           | ${[]}
  `('agree when $why', ({ others }) => {
    expect(disagreementOf([risk, ...others])).toBeUndefined();
    expect(disagreementOf([risk, execution, ...others])).toBeUndefined();
  });

  it('agree when nobody is there', () => {
    expect(disagreementOf([])).toBeUndefined();
    expect(buildsOf([])).toEqual([]);
  });

  it.each<[why: string, other: FleetReplica, told: string]>([
    [
      'one speaks a newer version of the contracts',
      { name: 'execution-1', build: 'b', contracts: 2, ageMs: ALIVE_MS },
      'contracts 1: execution-0 of a, risk-0 of a; contracts 2: execution-1 of b',
    ],
    [
      'one of the same build speaks another version',
      { name: 'execution-1', build: 'a', contracts: 0, ageMs: 0 },
      'contracts 0: execution-1 of a; contracts 1: execution-0 of a, risk-0 of a',
    ],
    [
      'one does not say what it speaks',
      { name: 'execution-1', ageMs: 0 },
      'contracts 1: execution-0 of a, risk-0 of a; contracts unknown: execution-1 of an unknown build',
    ],
  ])('disagree when %s', (_why, other, told) => {
    expect(disagreementOf([risk, other, execution])).toBe(told);
    expect(disagreementOf([other, execution, risk])).toBe(told);
  });

  it('name a replica once that has two heartbeats, its own and that of the process before it', () => {
    expect(disagreementOf([risk, risk, { ...execution, contracts: 2 }])).toBe(
      'contracts 1: risk-0 of a; contracts 2: execution-0 of a',
    );
  });

  it('are listed by name, each once, without those of the dead', () => {
    const gone = { ...execution, build: 'z', ageMs: ALIVE_MS + 1 };
    expect(buildsOf([{ ...execution, build: 'b' }, risk, execution, gone])).toEqual(['a', 'b']);
  });
});
