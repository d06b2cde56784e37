/** Filters by time: ISO 8601 on REST, milliseconds on the bus. */
import { TradingFailure } from '@elvis/trading';
import { Type } from '@nestjs/common';
import { OmitType } from '@nestjs/mapped-types';
import { IsOptional, Matches } from 'class-validator';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const rule = { message: '$property must be a time in ISO 8601, for example 2024-08-08T12:00:00Z' };

interface InMilliseconds {
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface IsoRange {
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
}

/** The contract's filter with `from` and `to` in place of `fromMs` and `toMs`. */
export function IsoTimes<Filter extends InMilliseconds>(
  Contract: Type<Filter>,
): Type<Omit<Filter, 'fromMs' | 'toMs'> & IsoRange> {
  class Timed extends OmitType(Contract as Type<InMilliseconds>, ['fromMs', 'toMs']) {
    @IsOptional() @Matches(ISO_TIME, rule) readonly from?: string;
    @IsOptional() @Matches(ISO_TIME, rule) readonly to?: string;
  }
  return Timed as unknown as Type<Omit<Filter, 'fromMs' | 'toMs'> & IsoRange>;
}

/**
 * The same filter with its times in milliseconds.
 *
 * @throws TradingFailure MESSAGE_MALFORMED a time that does not exist, like 30 February
 */
export function inMilliseconds<Filter extends IsoRange>({
  from,
  to,
  ...rest
}: Filter): Omit<Filter, keyof IsoRange> & InMilliseconds {
  return {
    ...rest,
    ...(from !== undefined && { fromMs: moment(from) }),
    ...(to !== undefined && { toMs: moment(to) }),
  };
}

/** What the database can hold: it knows no year 0, and no time here has a fifth digit. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

export function moment(text: string): number {
  const ms = Date.parse(text);
  const day = /^(\d{4}-\d{2}-\d{2})/.exec(text)?.[1];
  const isHeld = ms >= FIRST_MS && ms <= LAST_MS;
  if (isHeld && day && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return ms;
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    `${text} is not a date and time that exists; send one such as 2026-01-31T12:00:00Z`,
  );
}
