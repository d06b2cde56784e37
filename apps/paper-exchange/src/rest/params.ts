/** The parameters of a call: query and body together, read leniently. The query wins where both name one. */
import { INTEGER_RANGE, Refusal, refusals } from '@elvis/simulation';

export class Params {
  /** Whether one part names a parameter twice. */
  isRepeated = false;
  private readonly values = new Map<string, string>();

  constructor(...parts: readonly string[]) {
    for (const part of parts) this.read(part);
  }

  static of(values: Readonly<Record<string, unknown>>): Params {
    const params = new Params();
    for (const [name, value] of Object.entries(values))
      if (value !== undefined && value !== null)
        params.values.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    return params;
  }

  /** The value, or undefined when it was not sent or sent empty. */
  get(name: string): string | undefined {
    const value = this.values.get(name);
    return value === undefined || value === '' ? undefined : value;
  }

  required(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw refusals.missing(name);
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,16}$/.test(text)) throw refusals.illegal(name, INTEGER_RANGE);
    return Number(text);
  }

  /** A moment in milliseconds; microseconds are known by their sixteen digits. */
  time(name: string): number | undefined {
    const value = this.integer(name);
    return value !== undefined && value >= 1e15 ? Math.floor(value / 1_000) : value;
  }

  /** One of the words, or undefined. @throws Refusal what `otherwise` says, -1130 unless given */
  oneOf<Word extends string>(
    name: string,
    words: readonly Word[],
    otherwise: () => Refusal = () => refusals.badData(name),
  ): Word | undefined {
    const text = this.get(name);
    if (text !== undefined && !(words as readonly string[]).includes(text)) throw otherwise();
    return text as Word | undefined;
  }

  /** An id that may have outgrown a double. */
  id(name: string): bigint | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,19}$/.test(text)) throw refusals.illegal(name, INTEGER_RANGE);
    return BigInt(text);
  }

  boolean(name: string): boolean | undefined {
    const text = this.get(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') throw refusals.badData(name);
    return text === 'true';
  }

  /** A count of rows to answer; more than there may be are cut to the maximum. @throws Refusal -1130 none at all */
  limit(otherwise: number, maximum: number): number {
    const limit = this.integer('limit') ?? otherwise;
    if (limit < 1) throw refusals.badData('limit');
    return Math.min(limit, maximum);
  }

  list(name: string): readonly unknown[] | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list as unknown[];
    } catch {
      // falls through to the refusal
    }
    throw refusals.badJson(name);
  }

  /** What was sent, name by name. */
  entries(): IterableIterator<[string, string]> {
    return this.values.entries();
  }

  private read(encoded: string): void {
    if (encoded === '') return;
    const named = new Set<string>();
    for (const pair of encoded.split('&')) {
      const at = pair.indexOf('=');
      const name = decoded(at < 0 ? pair : pair.slice(0, at));
      if (named.has(name)) this.isRepeated = true;
      named.add(name);
      if (!this.values.has(name)) this.values.set(name, at < 0 ? '' : decoded(pair.slice(at + 1)));
    }
  }
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
