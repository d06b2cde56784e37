/** The parameters of a call: query and body together, read leniently. The query wins where both name one. */
import { Refusal, refusals } from '@elvis/simulation';

export class Params {
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
    if (!/^-?\d{1,16}$/.test(text)) throw refusals.illegal(name);
    return Number(text);
  }

  /** An id that may have outgrown a double. */
  id(name: string): bigint | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,19}$/.test(text)) throw refusals.illegal(name);
    return BigInt(text);
  }

  boolean(name: string): boolean | undefined {
    const text = this.get(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') throw refusals.badData(name);
    return text === 'true';
  }

  /** A count of rows to answer, within its bounds. */
  limit(otherwise: number, maximum: number, tooMany?: () => Refusal): number {
    const limit = this.integer('limit') ?? otherwise;
    if (limit < 1 || limit > maximum) {
      if (tooMany) throw tooMany();
      return Math.min(Math.max(limit, 1), maximum);
    }
    return limit;
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
    throw refusals.illegal(name);
  }

  names(): string[] {
    return [...this.values.keys()];
  }

  private read(encoded: string): void {
    if (encoded === '') return;
    for (const pair of encoded.split('&')) {
      const at = pair.indexOf('=');
      const name = decoded(at < 0 ? pair : pair.slice(0, at));
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
