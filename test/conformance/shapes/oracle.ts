/**
 * The shape oracle: answers and events recorded by another project (Binance.Net, MIT) against what we send for the same
 * call. Same keys, same JSON types; a difference on purpose is listed with its reason, and a reason nobody needs fails.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `sample` of the fixture (`*` stands for anything), `place` in it, and why ours differs there. */
export type Exception = readonly [sample: string, place: RegExp, reason: string];

export function samplesOf<Sample>(file: string): readonly Sample[] {
  return readFileSync(join(__dirname, '..', '..', 'fixtures', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sample);
}

export class Oracle {
  private readonly used = new Set<Exception>();

  constructor(private readonly exceptions: readonly Exception[]) {}

  /** What differs without an excuse. */
  compare(name: string, wanted: unknown, given: unknown): string[] {
    const excuses = this.exceptions.filter(([sample]) =>
      new RegExp(`^${sample.replaceAll('*', '.*')}$`).test(name),
    );
    return differ(wanted, given, '').filter((difference) => {
      const excuse = excuses.find(([, place]) => place.test(difference));
      if (excuse) this.used.add(excuse);
      return excuse === undefined;
    });
  }

  /** Exceptions that excused nothing. */
  idle(): string[] {
    return this.exceptions
      .filter((exception) => !this.used.has(exception))
      .map(([sample, place]) => `${sample} ${place.source}`);
  }
}

/** Where two JSON values differ in keys or types; of lists the first elements are compared. */
function differ(wanted: unknown, given: unknown, place: string): string[] {
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length > 0 && given.length === 0) return [`${place}[] is empty`];
    return wanted.length === 0 ? [] : differ(wanted[0], given[0], `${place}[]`);
  }
  if (isRecord(wanted) && isRecord(given)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(given)]);
    return [...names].flatMap((name) => {
      if (!(name in given)) return [`${place}.${name} is missing`];
      if (!(name in wanted)) return [`${place}.${name} is not in the sample`];
      return differ(wanted[name], given[name], `${place}.${name}`);
    });
  }
  const kind = (value: unknown): string =>
    value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return kind(wanted) === kind(given) ? [] : [`${place} is ${kind(given)}, not ${kind(wanted)}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
