import { PickType } from '@nestjs/mapped-types';
import { IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { TradeHistoryConfig } from './trade-history.config';

const SHARED = [
  'DB_HOST',
  'DB_PORT',
  'DB_NAME',
  'TRADES_RETENTION_MONTHS',
  'AUDIT_RETENTION_MONTHS',
  'CANDLES_RETENTION_MONTHS',
] as const;

/** The environment of `migrate.js`, which runs as the owner of the database. */
export class MigrateConfig extends PickType(TradeHistoryConfig, SHARED) {
  /** The role that owns the database. */
  @IsString()
  @IsNotEmpty()
  readonly DB_OWNER_USER: string = 'elvis';

  /** Its password. Secret. */
  @IsString({ message: 'DB_OWNER_PASSWORD is required: the password of the role that owns the database' })
  @IsNotEmpty()
  readonly DB_OWNER_PASSWORD!: string;

  /** The role that the service signs in as; without one no rights are given. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  readonly DB_USER?: string;
}
