/**
 * The parameters of a call. Query and body are read alike under any content type, because clients send either, both, and
 * forms that call themselves JSON; where both name one the query wins, as at Binance.
 *
 * Text is what came over the wire, one character a byte: a signature covers bytes, and only what is read is decoded.
 */
import { FrontRefusal } from '../words/front-refusal';
import { missing } from '../words/domain/sentences';
import { refused } from '../words/domain/words';

const INTEGER = /^\d{1,19}$/;

export class Parameters {
  private constructor(private readonly values: ReadonlyMap<string, string>) {}

  /** @throws FrontRefusal -1101 one part names a parameter twice, so it is not clear which one is meant */
  static read(query: string, body: string): Parameters {
    return new Parameters(new Map([...partOf(body), ...partOf(query)]));
  }

  /** Those of one order of a batch, whose values may be numbers or booleans. */
  static of(fields: Readonly<Record<string, unknown>>): Parameters {
    const values = Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)] as const]
        : [],
    );
    return new Parameters(new Map(values));
  }

  /** Undefined where it was not sent, or sent empty. */
  get(name: string): string | undefined {
    const value = this.values.get(name);
    return value === '' ? undefined : value;
  }

  /** @throws FrontRefusal -1102 */
  required(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw FrontRefusal.of(missing(name));
    return value;
  }

  /** A whole number that may be larger than a double holds, as text. @throws FrontRefusal -1100 */
  integer(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined && !INTEGER.test(value)) throw FrontRefusal.of(illegal(name));
    return value;
  }

  /** @throws FrontRefusal -1100 */
  count(name: string): number | undefined {
    const value = this.integer(name);
    return value === undefined ? undefined : Number(value);
  }

  /** @throws FrontRefusal -1130 neither true nor false */
  boolean(name: string): boolean | undefined {
    const value = this.get(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw FrontRefusal.of(badData(name));
    return value === 'true';
  }

  /** Those of these names that were sent. */
  only(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = this.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }

  names(): string[] {
    return [...this.values.keys()];
  }
}

export const illegal = (name: string) => refused(-1100, `Illegal characters found in parameter '${name}'.`);
export const badData = (name: string) => refused(-1130, `Data sent for parameter '${name}' is not valid.`);

function partOf(text: string): Map<string, string> {
  const part = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    if (part.has(name)) throw FrontRefusal.of(refused(-1101, 'Duplicate values for a parameter detected.'));
    part.set(name, at < 0 ? '' : decoded(pair.slice(at + 1)));
  }
  return part;
}

/** Percent-encoded or raw UTF-8; what is neither stays as it came, and means nothing to anyone. */
export function decoded(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
