/** Where the audit log of the running system is: its database and the folder of its checkpoints. */
import { resolve } from 'node:path';
import { Pool } from 'pg';
import { givenValues } from '../../../../tools/launcher/settings';
import { findRunningSystem } from '../../../../tools/operator/running-system';

export interface AuditPlace {
  readonly pool: Pool;
  readonly folder: string | undefined;
}

/** @throws Error naming what is not set */
export function openAudit(root: string): AuditPlace {
  const { stack } = findRunningSystem(root);
  const given = givenValues(root);
  const home = resolve(root, given.ELVIS_HOME ?? '.elvis');
  const folder = given.AUDIT_FOLDER ?? (stack ? resolve(home, 'data', 'audit') : undefined);
  if (stack) {
    const { host, port, user, password, name } = stack.database;
    return { pool: new Pool({ host, port, user, password, database: name, max: 1 }), folder };
  }
  if (!given.DB_HOST || !given.DB_PASSWORD) {
    throw new Error(
      'The address of the database is unknown: no system runs here (.elvis/stack.json), and DB_HOST or DB_PASSWORD is not set. Set both.',
    );
  }
  return {
    pool: new Pool({
      host: given.DB_HOST,
      port: Number(given.DB_PORT ?? 5432),
      user: given.DB_USER ?? 'elvis',
      password: given.DB_PASSWORD,
      database: given.DB_NAME ?? 'elvis',
      max: 1,
    }),
    folder,
  };
}
