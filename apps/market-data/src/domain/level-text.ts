/**
 * Most of what the exchange sends are levels of order books, and most of what reading them as JSON costs is that each short
 * text in it is looked up among all texts of the process. Where a message has its levels in the one form in which the
 * exchange writes them, they are cut out of it, and the rest is read as JSON; else it is all left to that. The expression
 * is compiled by the engine as a loop over characters written here is not until it has run for minutes.
 */
import { Level } from './price-ladder';

/**
 * Levels to the end of their list: a price above zero of at most 15 digits, so that a number holds it exactly, and a quantity,
 * each a plain decimal.
 */
const LEVELS =
  /(?:\["(?=[\d.]{1,16}")(?=[0.]*[1-9])\d+(?:\.\d+)?","(?=[\d.]{1,39}")\d+(?:\.\d+)?"\](?:,(?=\[)|(?=\])))*\]/y;
const BIDS = ',"b":[';
const ASKS = ',"a":[';
const DATA = '"data":';

export interface CutMessage {
  /** The message as JSON has it, but for its levels. */
  readonly value: unknown;
  /** Plain decimals, all prices above zero. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

interface Wire {
  readonly data?: Wire;
}

/** Undefined if the message is not of that form. @throws SyntaxError what is around the levels is no JSON */
export function cutLevels(text: string): CutMessage | undefined {
  const bidsAt = text.indexOf(BIDS);
  if (bidsAt < 0) return undefined;
  const begin = text.lastIndexOf('{', bidsAt);
  const isWrapped = text.startsWith(DATA, begin - DATA.length);
  if ((begin > 0 && !isWrapped) || text.lastIndexOf('}', bidsAt) > begin) return undefined;
  const bidsEnd = endOfLevels(text, bidsAt + BIDS.length);
  if (bidsEnd < 0 || !text.startsWith(ASKS, bidsEnd)) return undefined;
  const asksEnd = endOfLevels(text, bidsEnd + ASKS.length);
  if (asksEnd < 0) return undefined;
  const value = JSON.parse(text.slice(0, bidsAt) + text.slice(asksEnd)) as Wire;
  const data = isWrapped ? value.data : value;
  if (!data || 'b' in data || 'a' in data) return undefined;
  return {
    value,
    bids: levelsOf(text, bidsAt + BIDS.length, bidsEnd),
    asks: levelsOf(text, bidsEnd + ASKS.length, asksEnd),
  };
}

/** Behind the bracket that closes the list which begins there; -1 if it is anything else. */
function endOfLevels(text: string, from: number): number {
  LEVELS.lastIndex = from;
  return LEVELS.test(text) ? LEVELS.lastIndex : -1;
}

/** Of `["1","2"],["3","4"]]`. */
function levelsOf(text: string, from: number, end: number): readonly Level[] {
  const levels: Level[] = [];
  for (let at = from + 2; at < end;) {
    const priceEnd = text.indexOf('"', at);
    const quantityEnd = text.indexOf('"', priceEnd + 3);
    levels.push([text.slice(at, priceEnd), text.slice(priceEnd + 3, quantityEnd)]);
    at = quantityEnd + 5;
  }
  return levels;
}
