/** Every text of the page; a key that there is not does not compile. English is there at once, another language on demand. */
import type { Language } from '../figures/decimal-text';
import * as bots from './en/bots';
import * as common from './en/common';
import * as exchange from './en/exchange';
import * as judgement from './en/judgement';
import * as markets from './en/markets';
import * as orders from './en/orders';
import * as overview from './en/overview';
import * as record from './en/record';
import * as research from './en/research';
import * as risk from './en/risk';
import * as settings from './en/settings';
import * as shell from './en/shell';
import * as trade from './en/trade';

/** Each part is a file of its own, so that pages can be written side by side. */
export const PARTS = {
  bots,
  common,
  exchange,
  judgement,
  markets,
  orders,
  overview,
  record,
  research,
  risk,
  settings,
  shell,
  trade,
} as const;

export const english = {
  ...bots.en,
  ...common.en,
  ...exchange.en,
  ...judgement.en,
  ...markets.en,
  ...orders.en,
  ...overview.en,
  ...record.en,
  ...research.en,
  ...risk.en,
  ...settings.en,
  ...shell.en,
  ...trade.en,
};
export type WordKey = keyof typeof english;
export type Dictionary = Readonly<Record<WordKey, string>>;

export const loadDictionary = async (language: Language): Promise<Dictionary> =>
  language === 'tr' ? (await import('./turkish')).turkish : english;

type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: WordKey, values?: Values) => string;

/** `{name}` in a text is replaced by the value of that name. */
export const translator =
  (dictionary: Dictionary): Translate =>
  (key, values = {}) =>
    dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
