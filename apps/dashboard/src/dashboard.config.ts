/** The environment that the dashboard reads: no bus, no store, no secret. */
import { ProcessConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, Min } from 'class-validator';

export class DashboardConfig extends ProcessConfig {
  /** Where the page is served to nginx; 0 lets the system choose. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly DASHBOARD_PORT: number = 8080;

  /** The address that it is served on; behind a proxy, the private one. */
  @IsString()
  readonly DASHBOARD_HOST: string = '127.0.0.1';

  /** The folder of the built page, from where the service is started. */
  @IsString()
  readonly DASHBOARD_FOLDER: string = 'dist/apps/dashboard/page';
}
