import { Answer, MeterReading } from '@elvis/binance';
import { FreezeMemory, freezeAfter } from './freeze-memory';
import { Meter } from './meter-limits';

const NOW = 28_000_000 * 60_000 + 12_345;
const MINUTE_END = 28_000_001 * 60_000;
const meters: Meter[] = [
  { kind: 'weight', windowMs: 60_000, limit: 2_400 },
  { kind: 'orders', windowMs: 10_000, limit: 300 },
  { kind: 'orders', windowMs: 60_000, limit: 1_200 },
];
const answered = (kind: Answer['kind'], wait?: Answer['wait']): Answer => ({
  kind,
  status: 0,
  message: '',
  wait,
});
const read = (used: number, windowMs = 10_000): MeterReading[] => [{ kind: 'orders', windowMs, used }];

describe('the silence an answer orders', () => {
  it.each`
    kind                | wait                                                       | readings               | scope       | endsAt                  | because
    ${'WEIGHT_LIMITED'} | ${undefined}                                               | ${[]}                  | ${'ip'}     | ${MINUTE_END}           | ${'without a word it lasts until the window ends'}
    ${'WEIGHT_LIMITED'} | ${{ retryAfterMs: 90_000 }}                                | ${[]}                  | ${'ip'}     | ${NOW + 90_000}         | ${'Retry-After wins when it is longer'}
    ${'WEIGHT_LIMITED'} | ${{ retryAfterMs: 1_000 }}                                 | ${[]}                  | ${'ip'}     | ${MINUTE_END}           | ${'the counter does not start anew before its window ends'}
    ${'ORDERS_LIMITED'} | ${undefined}                                               | ${read(300)}           | ${'orders'} | ${NOW - 2_345 + 10_000} | ${'the ten seconds are spent'}
    ${'ORDERS_LIMITED'} | ${undefined}                                               | ${read(1_200, 60_000)} | ${'orders'} | ${MINUTE_END}           | ${'the minute is spent'}
    ${'ORDERS_LIMITED'} | ${undefined}                                               | ${[]}                  | ${'orders'} | ${MINUTE_END}           | ${'nobody says which, so the longer one'}
    ${'BANNED'}         | ${{ bannedUntilMs: NOW + 500_000 }}                        | ${[]}                  | ${'ip'}     | ${NOW + 501_000}        | ${'a ban ends when it says, and a little later'}
    ${'BANNED'}         | ${{ retryAfterMs: 200_000, bannedUntilMs: NOW + 130_000 }} | ${[]}                  | ${'ip'}     | ${NOW + 201_000}        | ${'the later of two ends counts'}
    ${'BANNED'}         | ${undefined}                                               | ${[]}                  | ${'ip'}     | ${NOW + 121_000}        | ${'the shortest ban lasts two minutes'}
    ${'BLOCKED'}        | ${undefined}                                               | ${[]}                  | ${'ip'}     | ${NOW + 300_000}        | ${'a firewall forgets in five minutes'}
  `('after $kind with $wait binds $scope: $because', ({ kind, wait, readings, scope, endsAt }) => {
    const ordered = freezeAfter(answered(kind, wait), readings, meters, NOW, 0);
    expect(ordered).toMatchObject({ scope, freeze: { endsAt, kind } });
  });

  it.each(['OK', 'REFUSED', 'NOT_EXECUTED', 'UNREACHABLE', 'UNKNOWN', 'CLOCK'] as const)(
    'is none after %s',
    (kind) => {
      expect(freezeAfter(answered(kind), [], meters, NOW, 0)).toBeUndefined();
    },
  );

  it('asks for a probe after a ban and a block, not after a spent window', () => {
    const probeAfter = (kind: Answer['kind']) =>
      freezeAfter(answered(kind), [], meters, NOW, 0)?.freeze.probe;
    expect([probeAfter('BANNED'), probeAfter('BLOCKED'), probeAfter('WEIGHT_LIMITED')]).toEqual([1, 1, 0]);
  });
});

describe('the memory of a silence', () => {
  const ban = { endsAt: NOW + 5_000, kind: 'BANNED', probe: 1 } as const;

  it('only ever grows longer', () => {
    const memory = new FreezeMemory();
    memory.extendFreeze('futures', 'ip', ban);
    memory.extendFreeze('futures', 'ip', { ...ban, endsAt: NOW + 1_000 });
    expect(memory.freezeOf('futures', 'ip').endsAt).toBe(NOW + 5_000);
  });

  it('is of one market and one scope', () => {
    const memory = new FreezeMemory();
    memory.extendFreeze('futures', 'ip', ban);
    expect(memory.freezeOf('spot', 'ip').endsAt).toBe(0);
    expect(memory.freezeOf('futures', 'orders').endsAt).toBe(0);
  });

  it('ends with the thaw of that silence, not of an earlier one', () => {
    const memory = new FreezeMemory();
    memory.extendFreeze('futures', 'ip', ban);
    memory.thaw('futures', 'ip', NOW);
    expect(memory.freezeOf('futures', 'ip').endsAt).toBe(NOW + 5_000);
    memory.thaw('futures', 'ip', NOW + 5_000);
    expect(memory.freezeOf('futures', 'ip').endsAt).toBe(0);
  });
});
