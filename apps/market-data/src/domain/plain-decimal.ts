/** Plain decimals as exchanges write them, told from everything else without a regular expression: there are many. */
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MAX_LENGTH = 39;
/** So many digits, zeros around them aside, are exact in a double. */
const EXACT_DIGITS = 15;

/** How many digits stand between the first and the last that is no zero; undefined if it is no plain decimal. */
function digitsOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length === 0 || text.length > MAX_LENGTH) return undefined;
  let pointAt = -1;
  let first = -1;
  let last = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === POINT) {
      if (pointAt >= 0 || index === 0 || index === text.length - 1) return undefined;
      pointAt = index;
    } else if (code < ZERO || code > NINE) return undefined;
    else if (code !== ZERO) {
      if (first < 0) first = index;
      last = index;
    }
  }
  if (first < 0) return 0;
  return last - first + 1 - (pointAt > first && pointAt < last ? 1 : 0);
}

/** Zero or more, of any number of digits. */
export const isQuantity = (text: unknown): text is string => digitsOf(text) !== undefined;

/** More than zero, and exact as a scaled whole number. */
export function isPrice(text: unknown): text is string {
  const digits = digitsOf(text);
  return digits !== undefined && digits > 0 && digits <= EXACT_DIGITS;
}

/** A quantity that may stand behind a minus. */
export const isSigned = (text: unknown): text is string =>
  typeof text === 'string' && isQuantity(text.startsWith('-') ? text.slice(1) : text);
