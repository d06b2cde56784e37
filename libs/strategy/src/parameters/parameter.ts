/** What an author may leave open, with its range: a form, a command line and a grid are made from it. */
import { Duration, durationMs } from './duration';
import { Fraction } from './fraction';

export type ParameterKind = 'integer' | 'number' | 'fraction' | 'duration' | 'choice' | 'switch';

/** As a form or a grid needs it; all values as they are written. */
export interface ParameterForm {
  readonly kind: ParameterKind;
  readonly default: string | number | boolean;
  readonly from?: string | number;
  readonly to?: string | number;
  readonly among?: readonly string[];
  readonly help?: string;
}

export interface Parameter<Value> {
  readonly form: ParameterForm;
  /** Reads a value as it is written in JSON or on a command line. @throws RangeError that says what is wrong with it */
  read(written: unknown): Value;
}

interface Range<Bound> {
  readonly default: Bound;
  readonly from: Bound;
  readonly to: Bound;
  readonly help?: string;
}

function numberOf(written: unknown): number {
  const value = typeof written === 'string' && written.trim() !== '' ? Number(written) : written;
  if (!Number.isFinite(value)) throw new RangeError('is not a number');
  return value as number;
}

function within<Value>(
  value: Value,
  { from, to }: { readonly from: string | number; readonly to: string | number },
  measure: (value: Value) => number,
  read: (bound: string | number) => Value,
): Value {
  if (measure(value) < measure(read(from)) || measure(value) > measure(read(to)))
    throw new RangeError(`is outside ${from} to ${to}`);
  return value;
}

function ranged<Value>(
  kind: ParameterKind,
  range: Range<string | number>,
  read: (written: unknown) => Value,
  measure: (value: Value) => number,
): Parameter<Value> {
  return {
    form: { kind, ...range },
    read: (written) => within(read(written), range, measure, read),
  };
}

export const param = {
  integer: (range: Range<number>): Parameter<number> =>
    ranged(
      'integer',
      range,
      (written) => {
        const value = numberOf(written);
        if (!Number.isInteger(value)) throw new RangeError('is not a whole number');
        return value;
      },
      (value) => value,
    ),

  number: (range: Range<number>): Parameter<number> => ranged('number', range, numberOf, (value) => value),

  /** Written as text, so that it stays the decimal that it is. */
  fraction: (range: Range<string>): Parameter<Fraction> =>
    ranged(
      'fraction',
      range,
      (written) => (written instanceof Fraction ? written : Fraction.of(String(written))),
      (value) => value.toNumber(),
    ),

  /** In milliseconds for the strategy. */
  duration: (range: Range<Duration>): Parameter<number> =>
    ranged(
      'duration',
      range,
      (written) => durationMs(String(written)),
      (value) => value,
    ),

  choice: <const Name extends string>(choice: {
    readonly default: Name;
    readonly among: readonly Name[];
    readonly help?: string;
  }): Parameter<Name> => ({
    form: { kind: 'choice', ...choice },
    read: (written) => {
      const found = choice.among.find((name) => name === written);
      if (found === undefined) throw new RangeError(`is none of ${choice.among.join(', ')}`);
      return found;
    },
  }),

  switch: (given: { readonly default: boolean; readonly help?: string }): Parameter<boolean> => ({
    form: { kind: 'switch', ...given },
    read: (written) => {
      if (written === true || written === 'true') return true;
      if (written === false || written === 'false') return false;
      throw new RangeError('is neither true nor false');
    },
  }),
} as const;
