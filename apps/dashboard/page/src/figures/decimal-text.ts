/**
 * Amounts and prices from the wire to the screen: decimal text in, text out, at any length. Nothing here makes a
 * number of money, because a number of this size is right only mostly.
 */
export type Language = 'en' | 'tr';

const MARKS: Readonly<Record<Language, { readonly group: string; readonly point: string }>> = {
  en: { group: ',', point: '.' },
  tr: { group: '.', point: ',' },
};
/** As wide as a plus, which a hyphen is not: columns line up. */
const MINUS = '\u2212';
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

interface Parts {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** As the page shows it: grouped, with the language's marks; with `digits` rounded or filled up to that many. */
export function grouped(text: string, language: Language, digits?: number): string {
  const { isNegative, whole, fraction } = partsOf(digits === undefined ? text : fixed(text, digits));
  const { group, point } = MARKS[language];
  const shown = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${isNegative ? MINUS : ''}${shown}${fraction && `${point}${fraction}`}`;
}

/** The same with its sign in front, also a plus; zero has none. */
export function signed(text: string, language: Language, digits?: number): string {
  const shown = digits === undefined ? text : fixed(text, digits);
  return `${isZero(shown) || isNegative(shown) ? '' : '+'}${grouped(shown, language)}`;
}

/** Exactly `digits` after the point; half goes to the even neighbour, so that rounding favours nobody. */
export function fixed(text: string, digits: number): string {
  const { isNegative, whole, fraction } = partsOf(text);
  const kept = BigInt(`${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`);
  const rest = fraction.slice(digits);
  const half = `5${'0'.repeat(Math.max(0, rest.length - 1))}`;
  const isUp = rest > half || (rest !== '' && rest === half && kept % 2n === 1n);
  const rounded = `${isUp ? kept + 1n : kept}`.padStart(digits + 1, '0');
  const sign = isNegative && /[1-9]/.test(rounded) ? '-' : '';
  if (digits === 0) return `${sign}${rounded}`;
  return `${sign}${rounded.slice(0, -digits)}.${rounded.slice(-digits)}`;
}

/** Below, equal to or above zero when the first is less than, as much as or more than the second. */
export function compare(left: string, right: string): number {
  const digits = Math.max(partsOf(left).fraction.length, partsOf(right).fraction.length);
  const difference = scaled(left, digits) - scaled(right, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const isNegative = (text: string): boolean => text.startsWith('-') && !isZero(text);

/** The other way round: what a loss of so much is as a result. */
export const negated = (text: string): string =>
  isZero(text) ? text : text.startsWith('-') ? text.slice(1) : `-${text}`;

export const isZero = (text: string): boolean => !/[1-9]/.test(text);

/** How many digits a step such as `0.10` leaves after the point: 1. */
export const digitsOf = (step: string): number => partsOf(step).fraction.replace(/0+$/, '').length;

/** What a person has typed, with either point, as the API reads it; undefined if it is no amount above zero. */
export function typedAmount(text: string): string | undefined {
  const plain = text.trim().replace(',', '.');
  return /^(\d+\.?\d*|\.\d+)$/.test(plain) && !isZero(plain)
    ? plain.replace(/^\./, '0.').replace(/\.$/, '')
    : undefined;
}

/** How long a bar is, from 0 to 1. For drawing alone: no figure is shown from it. */
export function shareOf(part: string, whole: string): number {
  if (isZero(whole)) return 0;
  return Math.min(1, Math.max(0, Number(part) / Number(whole)));
}

/** Where a point lies on a chart. For drawing alone: no figure is shown from it. */
export const chartValue = (text: string): number => Number(text);

const scaled = (text: string, digits: number): bigint => BigInt(fixed(text, digits).replace('.', ''));

/** @throws Error if it is no plain decimal: showing it as one would invent a figure */
function partsOf(text: string): Parts {
  const [, sign, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (sign === undefined) throw new Error(`Not a decimal: ${text.slice(0, 40)}`);
  return { isNegative: sign === '-', whole: whole.replace(/^0+(?=\d)/, ''), fraction };
}
