/** What one may ask of the trades. Times are ISO 8601 on REST and milliseconds inside. */
import { ListTrades, TradeFilter } from '@elvis/contracts';
import { OmitType } from '@nestjs/mapped-types';
import { IsIn, IsOptional, Matches } from 'class-validator';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const rule = { message: '$property must be a time in ISO 8601, for example 2024-08-08T12:00:00Z' };

export const EXPORT_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class TradeCountQuery extends OmitType(TradeFilter, ['fromMs', 'toMs']) {
  /** Inclusive. */
  @IsOptional() @Matches(ISO_TIME, rule) readonly from?: string;
  /** Exclusive. */
  @IsOptional() @Matches(ISO_TIME, rule) readonly to?: string;
}

export class TradeQuery extends OmitType(ListTrades, ['fromMs', 'toMs']) {
  @IsOptional() @Matches(ISO_TIME, rule) readonly from?: string;
  @IsOptional() @Matches(ISO_TIME, rule) readonly to?: string;
  /** CSV and NDJSON give everything that matches, whatever `limit` says. */
  @IsIn(EXPORT_FORMATS) readonly format: ExportFormat = 'json';
}

interface TimeRange {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The same filter with times in milliseconds; undefined if a time does not exist, like 30 February. */
export function toMilliseconds<T extends { from?: string; to?: string }>({
  from,
  to,
  ...rest
}: T): (Omit<T, 'from' | 'to'> & TimeRange) | undefined {
  const fromMs = from === undefined ? undefined : Date.parse(from);
  const toMs = to === undefined ? undefined : Date.parse(to);
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return undefined;
  return { ...rest, ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}
