/** Before all specs: the servers' programs are there, and in a whole run one PostgreSQL serves every spec. */
import { TEST_POSTGRES_VARIABLE, elvisHome, ensurePrograms, startPostgresServer } from '@elvis/testing';

const STOP = Symbol.for('elvis.stop-shared-postgres');

const globalSetup = async (): Promise<void> => {
  await ensurePrograms(['redis', 'nats', 'postgres'], elvisHome(), { say: (line) => console.log(line) });
  if (process.env.ELVIS_SHARED_POSTGRES !== 'yes') return;
  const server = await startPostgresServer();
  process.env[TEST_POSTGRES_VARIABLE] = JSON.stringify(server);
  Object.assign(globalThis, { [STOP]: () => server.stop() });
};

export = globalSetup;
