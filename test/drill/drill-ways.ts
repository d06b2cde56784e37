/** All ways in which a drill pulls the switch: people's, with parts that are dead or asleep, and the system's own. */
import { Stand } from '../faults/kill-switch/stand';
import { operate } from '@elvis/testing';
import { AUTOMATIC_WAYS } from './automatic-ways';
import { Way } from './way';

const NOTHING = (): void => undefined;

const viaRest = (stand: Stand, body: object = {}): Promise<unknown> =>
  stand.call('POST', '/emergency_stop', { reason: 'drill', ...body });

const sleeping = (stand: Stand, pids: readonly number[]): Promise<() => unknown> => {
  for (const pid of pids) stand.signal(pid, 'SIGSTOP');
  void viaRest(stand);
  return Promise.resolve(() => pids.forEach((pid) => stand.signal(pid, 'SIGCONT')));
};

export const WAYS: readonly Way[] = [
  {
    name: 'REST',
    pull: (stand) => {
      void viaRest(stand);
      return Promise.resolve(NOTHING);
    },
  },
  {
    name: 'REST, with flatten',
    pull: (stand) => {
      void viaRest(stand, { flatten: true });
      return Promise.resolve(NOTHING);
    },
  },
  {
    name: 'npm run halt',
    pull: async (stand) => {
      await halt(stand);
      return NOTHING;
    },
  },
  {
    name: 'redis-cli set',
    pull: async (stand) => {
      await stand.setSwitchByHand();
      return NOTHING;
    },
  },
  {
    name: 'REST, a replica of execution killed',
    pull: (stand) => {
      const [victim] = stand.pids('execution');
      if (victim !== undefined) stand.signal(victim, 'SIGKILL');
      void viaRest(stand);
      return Promise.resolve(NOTHING);
    },
  },
  {
    name: 'REST, a replica of execution asleep',
    pull: (stand) => sleeping(stand, stand.pids('execution').slice(0, 1)),
  },
  { name: 'REST, Redis asleep', pull: (stand) => sleeping(stand, stand.pids('redis')) },
  { name: 'REST, risk asleep', pull: (stand) => sleeping(stand, stand.pids('risk')) },
  ...AUTOMATIC_WAYS,
];

async function halt(stand: Stand): Promise<void> {
  const { code, output } = await operate(stand.home, 'tools/operator/halt', '--reason', 'drill');
  if (code !== 0) throw new Error(`npm run halt ended with ${code}: ${output}`);
}
