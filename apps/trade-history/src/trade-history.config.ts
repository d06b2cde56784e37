import { ServiceConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';

export class TradeHistoryConfig extends ServiceConfig {
  @IsString()
  readonly DB_HOST: string = '127.0.0.1';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(65535)
  readonly DB_PORT: number = 5432;

  @IsString()
  @IsNotEmpty()
  readonly DB_USER: string = 'elvis';

  @IsString({ message: 'DB_PASSWORD is required: the password of the database user' })
  @IsNotEmpty()
  readonly DB_PASSWORD!: string;

  @IsString()
  @IsNotEmpty()
  readonly DB_NAME: string = 'elvis';
}
