/** What one may ask of the trades. */
import { ListTrades, TradeFilter } from '@elvis/contracts';
import { IsIn } from 'class-validator';
import { IsoTimes } from '../rest/time-range';

const EXPORT_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class TradeCountQuery extends IsoTimes(TradeFilter) {}

export class TradeQuery extends IsoTimes(ListTrades) {
  /** CSV and NDJSON give everything that matches, whatever `limit` says. */
  @IsIn(EXPORT_FORMATS) readonly format: ExportFormat = 'json';
}
