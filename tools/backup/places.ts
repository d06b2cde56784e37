/** Where the servers are that are backed up: those of the running system, else those that the environment names. */
import { resolve } from 'node:path';
import { ClientConfig } from 'pg';
import { Home } from '../launcher/home';
import { natsUrls } from '../launcher/servers';
import { givenValues } from '../launcher/settings';
import { StackFile } from '../launcher/stack-file';
import { findRunningSystem, ownerDatabase } from '../operator/running-system';

export interface Places {
  readonly home: string;
  readonly provisionUrl: string;
  readonly redis: StackFile['redis'];
  /** The owner's. */
  readonly database: ClientConfig;
  readonly auditFolder: string | undefined;
  /** Names of what only the person's own store has. */
  readonly secrets: readonly string[];
}

export const homeOf = (root: string): string => resolve(root, givenValues(root).ELVIS_HOME ?? '.elvis');

/** @throws Error naming what is not known */
export function findPlaces(root: string): Places {
  const given = givenValues(root);
  const { stack, redis } = findRunningSystem(root);
  const home = homeOf(root);
  const nats = stack?.servers.find(({ name }) => name === 'nats');
  const provisionUrl = nats
    ? natsUrls(nats.port, new Home(home).secrets().natsPasswords).provision
    : given.NATS_URL;
  if (!provisionUrl)
    throw new Error(
      'There is no NATS: no system runs here and NATS_URL is not set. Start Elvis, or set NATS_URL to the address with the user "provision" and its password in it',
    );
  if (!redis)
    throw new Error(
      'There is no Redis: no system runs here and REDIS_HOST is not set. Start Elvis, or set it',
    );
  return {
    home,
    provisionUrl,
    redis,
    database: ownerDatabase(root),
    auditFolder: given.AUDIT_FOLDER ?? (stack ? resolve(home, 'data', 'audit') : undefined),
    secrets: [...(stack ? ['secrets.json'] : ['what `npm run secrets` made']), 'audit-key.pem', '.env'],
  };
}
