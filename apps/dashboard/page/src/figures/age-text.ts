/** How old a figure is, in the fewest words: `now`, `3 s`, `2 min`, `5 h`, `3 d`. */
import type { Language } from './decimal-text';

const UNITS: Readonly<Record<Language, readonly [string, string, string, string, string]>> = {
  en: ['now', 's', 'min', 'h', 'd'],
  tr: ['şimdi', 'sn', 'dk', 'sa', 'g'],
};
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function ageText(ageMs: number, language: Language): string {
  const [now, second, minute, hour, day] = UNITS[language];
  if (ageMs < SECOND_MS) return now;
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS)} ${second}`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} ${minute}`;
  if (ageMs < DAY_MS) return `${Math.floor(ageMs / HOUR_MS)} ${hour}`;
  return `${Math.floor(ageMs / DAY_MS)} ${day}`;
}
