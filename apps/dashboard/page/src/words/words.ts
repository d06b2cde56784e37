/** Every text of the page in both languages; a key that there is not does not compile. */
import type { Language } from '../figures/decimal-text';
import * as bots from './bots';
import * as common from './common';
import * as exchange from './exchange';
import * as orders from './orders';
import * as overview from './overview';
import * as record from './record';
import * as research from './research';
import * as risk from './risk';
import * as settings from './settings';
import * as shell from './shell';
import * as trade from './trade';

/** Each part is a file of its own, so that pages can be written side by side. */
export const PARTS = {
  bots,
  common,
  exchange,
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

const turkish: Readonly<Record<WordKey, string>> = {
  ...bots.tr,
  ...common.tr,
  ...exchange.tr,
  ...orders.tr,
  ...overview.tr,
  ...record.tr,
  ...research.tr,
  ...risk.tr,
  ...settings.tr,
  ...shell.tr,
  ...trade.tr,
};

export const DICTIONARIES: Readonly<Record<Language, Readonly<Record<WordKey, string>>>> = {
  en: english,
  tr: turkish,
};

export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: WordKey, values?: Values) => string;

/** `{name}` in a text is replaced by the value of that name. */
export const translator =
  (language: Language): Translate =>
  (key, values = {}) =>
    DICTIONARIES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
