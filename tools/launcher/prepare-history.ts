/** The history's schema and rights, made as the database's owner before the service signs in as somebody who may less. */
import { loadConfig } from '@elvis/platform';
import { prepareDatabase } from '../../apps/trade-history/src/database/prepare';
import { TradeHistoryConfig } from '../../apps/trade-history/src/trade-history.config';
import { Settings } from './settings';

export async function prepareHistory({ database, databaseService, services }: Settings): Promise<void> {
  const plan = services.find(({ service }) => service === 'trade-history');
  if (!databaseService || !plan) return;
  const retained = loadConfig(TradeHistoryConfig, plan.environment);
  const owner = {
    DB_HOST: database.host,
    DB_PORT: database.port,
    DB_USER: database.user,
    DB_PASSWORD: database.password,
    DB_NAME: database.name,
  };
  await prepareDatabase(owner, retained, databaseService.user);
}
