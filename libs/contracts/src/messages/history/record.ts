/** The newest of the audit log, one line an entry. */
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { query } from '../contract';

export class ListRecord {
  /** Whose bots' events may be told. */
  @IsString() @MaxLength(100) readonly owner!: string;
  /** Only entries with a smaller number. */
  @IsOptional() @IsInt() @Min(1) readonly before?: number;
  @IsInt() @Min(1) @Max(200) readonly limit: number = 20;
}

export interface RecordEntry {
  readonly seq: number;
  /** Hexadecimal. */
  readonly hash: string;
  readonly type: string;
  readonly atMs: number;
  readonly recordedAtMs: number;
  readonly actor: string;
  readonly traceId: string | null;
  /** The order, bot or symbol that it is about, where it names one. */
  readonly about: string | null;
}

/** Newest first. */
export const listRecord = query<ListRecord, { readonly items: readonly RecordEntry[] }>(
  'elvis.query.trade-history.record',
  ListRecord,
);
