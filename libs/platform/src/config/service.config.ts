/** What every process reads from the environment. Loopback is the default for everything that listens. */
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export class ProcessConfig {
  /** Health and metrics are served here, without a key; 0 lets the system choose. Never publish this port. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly OPS_PORT: number = 0;

  /** The address that health and metrics are served on. */
  @IsString()
  readonly OPS_HOST: string = '127.0.0.1';

  /** Which of several replicas of this service this is, from 0. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(999)
  readonly REPLICA: number = 0;

  /** The pod that this process runs in; Kubernetes sets it, and it is in logs and `/health`. */
  @IsOptional()
  @IsString()
  readonly POD_NAME?: string;

  /** trace, debug, info, warn, error or fatal: what is logged, and all above it. */
  @IsIn(LOG_LEVELS)
  readonly LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  /** Names the build; replicas of different builds are noticed by it. */
  @IsOptional()
  @IsString()
  readonly BUILD_ID?: string;
}

/** For services on the bus. */
export class ServiceConfig extends ProcessConfig {
  /** NATS, with this service's user and password in it. */
  @IsUrl({ protocols: ['nats', 'tls'], require_protocol: true, require_tld: false })
  readonly NATS_URL!: string;

  /** HashiCorp Vault: secrets that stand there count before those of the environment. Needs VAULT_TOKEN. */
  @IsOptional()
  @IsString()
  readonly VAULT_ADDR?: string;

  /** May read VAULT_PATH; it is renewed while the service runs. Secret. */
  @IsOptional()
  @IsString()
  readonly VAULT_TOKEN?: string;

  /** The KV version 2 secret whose fields are named like these variables, as `<mount>/<path>`. */
  @IsString()
  readonly VAULT_PATH: string = 'secret/elvis';
}

/** For services that use Redis. */
export class RedisServiceConfig extends ServiceConfig {
  /** Redis must append to disk and evict nothing. */
  @IsString()
  readonly REDIS_HOST: string = '127.0.0.1';

  /** Its port. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(65535)
  readonly REDIS_PORT: number = 6379;

  /** The numbered database; the same for all services. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(15)
  readonly REDIS_DB: number = 0;

  /** Its password. Secret. */
  @IsOptional()
  @IsString()
  readonly REDIS_PASSWORD?: string;
}
