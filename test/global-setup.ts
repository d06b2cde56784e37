/** Before all specs: the programs are there, and in a whole run one PostgreSQL serves every spec. */
import { TEST_POSTGRES_VARIABLE, elvisHome, ensurePrograms, startPostgresServer } from '@elvis/testing';

const STOP = Symbol.for('elvis.stop-shared-postgres');

const globalSetup = async (): Promise<void> => {
  const isWhole = process.env.ELVIS_SHARED_POSTGRES === 'yes';
  const browser = isWhole ? (['chromium'] as const) : [];
  const say = (line: string): void => console.log(line);
  await ensurePrograms(['redis', 'nats', 'postgres', ...browser], elvisHome(), { say });
  if (!isWhole) return;
  const server = await startPostgresServer();
  process.env[TEST_POSTGRES_VARIABLE] = JSON.stringify(server);
  Object.assign(globalThis, { [STOP]: () => server.stop() });
};

export = globalSetup;
