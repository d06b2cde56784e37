/** A private NATS with JetStream and one user per service, each with the least it needs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './binaries';
import { NATS_USERS, NatsUser, natsConfig, passwordVariable } from './nats-permissions';
import { LOOPBACK, Launch, firstWords } from './processes';

export interface NatsSettings {
  readonly program: Program;
  readonly port: number;
  readonly passwords: Readonly<Record<NatsUser, string>>;
  readonly folder: string;
}

export function natsLaunch({ program, port, passwords, folder }: NatsSettings): Omit<Launch, 'lifetime'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'nats.conf');
  writeFileSync(file, natsConfig(), { mode: 0o600 });
  return {
    name: 'nats',
    command: program.path,
    args: ['-a', LOOPBACK, '-p', `${port}`, '-c', file],
    env: {
      ...program.env,
      NATS_STORE_DIR: join(folder, 'jetstream'),
      ...Object.fromEntries(NATS_USERS.map((user) => [passwordVariable(user), passwords[user]])),
    },
    isReady: async () => (await firstWords(port))?.includes('"jetstream":true') === true,
  };
}

export const natsUrls = (
  port: number,
  passwords: Readonly<Record<NatsUser, string>>,
): Record<NatsUser, string> =>
  Object.fromEntries(
    NATS_USERS.map((user) => [user, `nats://${user}:${passwords[user]}@${LOOPBACK}:${port}`]),
  ) as Record<NatsUser, string>;
