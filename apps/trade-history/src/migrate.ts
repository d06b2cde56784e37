/**
 * Brings the schema up to date and gives the service's role its rights, as the owner of the database, and ends: run
 * before `main.js` of a new version, with a password that the service itself never sees.
 */
import 'reflect-metadata';
import { ConfigError, loadConfig } from '@elvis/platform';
import { prepareDatabase } from './database/prepare';
import { MigrateConfig } from './migrate.config';

async function main(): Promise<void> {
  const config = loadConfig(MigrateConfig);
  const owner = { ...config, DB_USER: config.DB_OWNER_USER, DB_PASSWORD: config.DB_OWNER_PASSWORD };
  await prepareDatabase(owner, config, config.DB_USER);
  process.stdout.write(
    `The schema is up to date${config.DB_USER ? `, and ${config.DB_USER} has its rights` : ''}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
