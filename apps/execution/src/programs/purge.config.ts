/** How long the journal keeps orders that are over. Read by `npm start` and by `apps/execution/src/programs/purge-journal`. */
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

export class PurgeConfig {
  /** A week at least: the exchange's word on an order may come days late, and must find it in the journal. */
  @Type(() => Number)
  @IsInt()
  @Min(7)
  @Max(3_650)
  readonly JOURNAL_RETENTION_DAYS: number = 90;
}
