/** How the launcher scales the bots service, beside `--autoscale`. Read by `npm start`. */
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

export class AutoscaleConfig {
  /** For so long nothing more must have been wanted before a process is taken away, milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  readonly AUTOSCALE_WINDOW_MS: number = 300_000;
}
