import { IsEncryptionKey, RedisServiceConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

/** The environment of the Binance front. */
export class FrontConfig extends RedisServiceConfig {
  /** Where programs that speak Binance's words are served; 0 lets the system choose. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly FRONT_PORT: number = 0;

  /** The address it listens on. Plain HTTP: loopback or a private network only. */
  @IsString()
  readonly FRONT_HOST: string = '127.0.0.1';

  /** The certificate chain (PEM file) under which it speaks TLS as well, on FRONT_TLS_PORT; none without it. `npm run front:certificate` makes one. */
  @IsOptional()
  @IsString()
  readonly FRONT_TLS_CERTIFICATE?: string;

  /** The private key of that certificate (PEM file). */
  @IsOptional()
  @IsString()
  readonly FRONT_TLS_KEY?: string;

  /** Where it speaks TLS; 0 lets the system choose. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly FRONT_TLS_PORT: number = 0;

  /** Opens the sealed secrets of the front's keys; the gateway's own. Secret. */
  @IsOptional()
  @IsEncryptionKey()
  readonly ENCRYPTION_KEY?: string;

  /** The key before, while the rotation command runs. Secret. */
  @IsOptional()
  @IsEncryptionKey()
  readonly ENCRYPTION_KEY_OLD?: string;
}
