/**
 * Most of what the exchange sends are levels of order books, and most of what reading them as JSON costs is that each short
 * text in it is looked up among all texts of the process. Where a message has its levels in the one form in which the
 * exchange writes them, they are cut out of it, and the rest is read as JSON; else it is all left to that.
 */
import { Level } from './price-ladder';

const QUOTE = 34;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const BIDS = ',"b":[';
const ASKS = ',"a":[';
const DATA = '"data":';

interface Wire {
  readonly data?: Wire;
  b?: unknown;
  a?: unknown;
}

/** The message as JSON has it; undefined if it is not of that form. @throws SyntaxError what is around the levels is no JSON */
export function cutLevels(text: string): unknown {
  const bidsAt = text.indexOf(BIDS);
  if (bidsAt < 0) return undefined;
  const begin = text.lastIndexOf('{', bidsAt);
  const isWrapped = text.startsWith(DATA, begin - DATA.length);
  if ((begin > 0 && !isWrapped) || text.lastIndexOf('}', bidsAt) > begin) return undefined;
  const bids = readLevels(text, bidsAt + BIDS.length);
  if (!bids || !text.startsWith(ASKS, bids.end)) return undefined;
  const asks = readLevels(text, bids.end + ASKS.length);
  if (!asks) return undefined;
  const value = JSON.parse(text.slice(0, bidsAt) + text.slice(asks.end)) as Wire;
  const data = isWrapped ? value.data : value;
  if (!data || 'b' in data || 'a' in data) return undefined;
  data.b = bids.levels;
  data.a = asks.levels;
  return value;
}

/** Reads `["1","2"],["3","4"]]` from there; undefined at anything else. */
function readLevels(
  text: string,
  from: number,
): { readonly levels: readonly Level[]; readonly end: number } | undefined {
  const levels: Level[] = [];
  if (text.charCodeAt(from) === CLOSE) return { levels, end: from + 1 };
  for (let at = from; ; at += 1) {
    if (text.charCodeAt(at) !== OPEN) return undefined;
    const priceEnd = endOfText(text, at + 1);
    if (priceEnd < 0 || text.charCodeAt(priceEnd + 1) !== COMMA) return undefined;
    const quantityEnd = endOfText(text, priceEnd + 2);
    if (quantityEnd < 0 || text.charCodeAt(quantityEnd + 1) !== CLOSE) return undefined;
    levels.push([text.slice(at + 2, priceEnd), text.slice(priceEnd + 3, quantityEnd)]);
    at = quantityEnd + 2;
    const next = text.charCodeAt(at);
    if (next === CLOSE) return { levels, end: at + 1 };
    if (next !== COMMA) return undefined;
  }
}

/** Where the text ends that begins at `at`: of digits and points alone, for nothing else stands for itself in JSON. */
function endOfText(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) return -1;
  for (let index = at + 1; ; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (!(code >= 46 && code <= 57)) return -1;
  }
}
