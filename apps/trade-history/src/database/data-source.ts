/** How TypeORM reaches the database. The schema comes from migrations alone; nothing is ever synchronised. */
import { ClientConfig } from 'pg';
import { DataSourceOptions } from 'typeorm';
import { TradeHistoryConfig } from '../trade-history.config';
import { ENTITIES } from './entities';
import { MIGRATIONS } from './migration-list';

export type DatabaseAddress = Pick<
  TradeHistoryConfig,
  'DB_HOST' | 'DB_PORT' | 'DB_USER' | 'DB_PASSWORD' | 'DB_NAME'
>;

/** No statement of the service may take longer; a migration may. */
export const STATEMENT_TIMEOUT_MS = 30_000;

export const dataSourceOptions = (config: DatabaseAddress): DataSourceOptions => ({
  type: 'postgres',
  host: config.DB_HOST,
  port: config.DB_PORT,
  username: config.DB_USER,
  password: config.DB_PASSWORD,
  database: config.DB_NAME,
  applicationName: 'elvis-trade-history',
  entities: ENTITIES,
  migrations: MIGRATIONS,
  migrationsTransactionMode: 'each',
  synchronize: false,
  logging: false,
  poolSize: 3,
  installExtensions: false,
  connectTimeoutMS: 10_000,
});

export const clientConfig = (address: DatabaseAddress): ClientConfig => ({
  host: address.DB_HOST,
  port: address.DB_PORT,
  user: address.DB_USER,
  password: address.DB_PASSWORD,
  database: address.DB_NAME,
  application_name: 'elvis-trade-history',
  connectionTimeoutMillis: 3_000,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  keepAlive: true,
});
