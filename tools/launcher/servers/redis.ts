/** A private Redis on loopback with a password; what it is told stands in a file that only its owner reads. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './binaries';
import { LOOPBACK, Launch, firstWords } from './processes';

export interface RedisSettings {
  readonly program: Program;
  readonly port: number;
  readonly password: string;
  readonly folder: string;
  /** Lasting data survive a kill and are never evicted; a test's Redis writes nothing. */
  readonly lasting: boolean;
  /** More lines for redis.conf, for a test that wants another Redis. */
  readonly lines?: readonly string[];
}

export function redisLaunch({
  program,
  port,
  password,
  folder,
  lasting,
  lines = [],
}: RedisSettings): Omit<Launch, 'lifetime'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'redis.conf');
  const settings = [
    `bind ${LOOPBACK}`,
    `port ${port}`,
    `dir "${folder}"`,
    `requirepass ${password}`,
    'protected-mode yes',
    'daemonize no',
    'save ""',
    `appendonly ${lasting ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'maxmemory-policy noeviction',
    ...lines,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o600 });
  return {
    name: 'redis',
    command: program.path,
    args: [file],
    env: program.env,
    isReady: async () => {
      const answer = await firstWords(port, `AUTH ${password}\r\nPING\r\n`);
      return answer?.startsWith('+OK') === true && !answer.includes('LOADING');
    },
  };
}
