/** What a day does to the system: each service killed four times, and stops of all trading. */
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@elvis/testing';
import { PartsSystem } from '../../faults/parts/parts-system';
import { seeded } from '../seeded';

export interface Disturbances {
  readonly seed: number;
  readonly durationMs: number;
}

const SERVICES = ['gateway', 'risk', 'execution', 'trade-history', 'market-data', 'bots'];
/** Every six hours of the market. */
const ROUNDS = 4;
const STOPS = 2;
const HALTED_MS = 20_000;
const PATIENCE_MS = 120_000;

type Happening = readonly [atShare: number, what: string, act: (system: PartsSystem) => Promise<void>];

/** Returns when the day is over; the last tenth of it is undisturbed. */
export async function disturb(system: PartsSystem, { seed, durationMs }: Disturbances): Promise<void> {
  const random = seeded(seed);
  const rounds = Array.from({ length: ROUNDS }, (_, round): Happening => [
    (round + 0.5 + random() / 4) * (0.9 / ROUNDS),
    'each service is killed',
    killEach,
  ]);
  const stops = Array.from({ length: STOPS }, (): Happening => [random() * 0.9, 'trading is halted', halt]);
  const beganAt = performance.now();
  for (const [share, what, act] of [...rounds, ...stops].sort(([one], [other]) => one - other)) {
    await pause(Math.max(0, beganAt + share * durationMs - performance.now()));
    console.log(`${new Date().toISOString()} ${what}`);
    await act(system);
  }
  await pause(Math.max(0, beganAt + durationMs - performance.now()));
}

async function killEach(system: PartsSystem): Promise<void> {
  for (const service of SERVICES) {
    for (const pid of system.stand.pids(service)) system.stand.signal(pid, 'SIGKILL');
    await system.healed();
  }
}

async function halt(system: PartsSystem): Promise<void> {
  const reason = 'a stop of the simulated day';
  await until(
    async () => (await system.call('POST', '/emergency_stop', { reason })).status < 300,
    'the stop is taken',
    PATIENCE_MS,
  );
  await pause(HALTED_MS);
  await until(
    async () => {
      await system.call('DELETE', '/emergency_stop', { reason, force: true }, 8_000);
      const { body } = await system.call('GET', '/emergency_stop/status');
      return body?.active === false && body.scopes.length === 0;
    },
    'the stop is cleared',
    PATIENCE_MS,
  );
}
