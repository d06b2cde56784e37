/** What JSON text may say that its value does not show: a name given twice, and characters that no store takes. */
import { isWellFormedText } from '@elvis/trading';

/** A string, with the colon behind it if it is a name, or a bracket. */
const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}[\]]/gs;

/** The first name that an object of this valid JSON text has twice: readers differ about which of the two counts. */
export function repeatedName(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, inside, colon] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name = inside?.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : (inside ?? '');
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}

/** Where the value has text that no store takes; undefined where all of it is well-formed. */
export function illFormedIn(value: unknown, where: string): string | undefined {
  if (typeof value === 'string') return isWellFormedText(value) ? undefined : where;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (!isWellFormedText(name)) return `a name in ${where}`;
    const found = illFormedIn(inner, Array.isArray(value) ? where : name);
    if (found !== undefined) return found;
  }
  return undefined;
}
