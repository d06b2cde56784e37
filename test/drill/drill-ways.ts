/** All ways in which a drill pulls the switch: people's, with parts that are dead or asleep, and the system's own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Stand } from '../faults/kill-switch/stand';
import { projectRoot } from '@elvis/testing';
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

function halt(stand: Stand): Promise<void> {
  const root = projectRoot();
  return new Promise((resolve, reject) => {
    const words = [join(root, 'scripts/operate.mjs'), 'tools/operator/halt', '--reason', 'drill'];
    const child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...process.env, ELVIS_HOME: stand.home, ELVIS_ENV_FILE: '/dev/null' },
      stdio: 'ignore',
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm run halt ended with ${code}`)),
    );
  });
}
