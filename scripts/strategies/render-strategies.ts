/**
 * `npm run docs:strategies`: writes what a strategy's page says of its definition, below what its author wrote, and the
 * list in docs/strategies.md. A page that is not there yet begins with the headings that an author fills in.
 */
import { PreparedStrategy, Strategy } from '@elvis/strategy';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STRATEGIES } from '../../strategies';
import { SourceText, readDefinition } from './definition-source';

export const LIST_PAGE = 'docs/strategies.md';
export const pageOf = ({ name }: Pick<Strategy, 'name'>): string => `docs/strategies/${name}.md`;
/** What every page says in words. */
export const HEADINGS = ['When it enters', 'When it exits', 'What protects it', 'What it is bad at'] as const;
const MARK =
  '<!-- Below: written by `npm run docs:strategies` from the definition; do not edit. A test fails when it is stale. -->';

/** All pages by their path, complete. */
export function renderStrategies(root: string): ReadonlyMap<string, string> {
  const pages = STRATEGIES.map((strategy): [string, string] => [
    pageOf(strategy),
    `${authorsPart(root, strategy)}${MARK}\n\n${definitionPart(root, strategy)}\n`,
  ]);
  const list = readFileSync(join(root, LIST_PAGE), 'utf8');
  const rows = STRATEGIES.map(({ name, summary }) => [
    `[\`${name}\`](strategies/${name}.md)`,
    summary.replace(/\.$/, ''),
  ]);
  const listed = `${list.split(MARK)[0]}${MARK}\n\n${table(['Name', 'What it does'], rows)}\n`;
  return new Map([...pages, [LIST_PAGE, listed]]);
}

export function operate({ root }: { readonly root: string }): Promise<number> {
  mkdirSync(join(root, 'docs/strategies'), { recursive: true });
  for (const [path, text] of renderStrategies(root)) writeFileSync(join(root, path), text);
  console.log(`${STRATEGIES.length} strategies written to docs/strategies/ and ${LIST_PAGE}`);
  return Promise.resolve(0);
}

function authorsPart(root: string, strategy: Strategy): string {
  const path = join(root, pageOf(strategy));
  if (existsSync(path)) return readFileSync(path, 'utf8').split(MARK)[0]!;
  return [`# ${strategy.name}`, ...HEADINGS.map((heading) => `## ${heading}`), ''].join('\n\n');
}

function definitionPart(root: string, strategy: Strategy): string {
  const prepared = strategy.prepare({ symbol: 'BTCUSDT', interval: '1m' });
  const source = readDefinition(readFileSync(join(root, `strategies/${strategy.name}.strategy.ts`), 'utf8'));
  const { version, summary } = strategy;
  return [
    '## By its definition',
    `Version ${version}: ${summary}`,
    table(['Parameter', 'Kind', 'Default', 'Range', 'What it is'], parameterRows(strategy)),
    source.indicators.length === 0
      ? 'No indicators: it steps from the first candle on.'
      : table(['Indicator', 'Written as', 'Warm after'], indicatorRows(source, prepared)),
    `Protections by default: ${protectionsOf(prepared)}.`,
    table(
      ['In', 'It wishes', 'Because'],
      source.wishes.map(({ hook, wish, because }) => [`\`${hook}\``, wish, because]),
    ),
  ].join('\n\n');
}

const parameterRows = ({ parameters }: Strategy): readonly (readonly string[])[] =>
  Object.entries(parameters).map(([name, { form }]) => {
    const range = form.among?.join(', ') ?? (form.from === undefined ? '' : `${form.from} to ${form.to}`);
    return [`\`${name}\``, form.kind, String(form.default), range, form.help ?? ''];
  });

const indicatorRows = (
  { indicators }: SourceText,
  prepared: PreparedStrategy,
): readonly (readonly string[])[] =>
  indicators.map(({ name, text }) => {
    const { warmUp, feed } = prepared.indicators[name]!;
    return [`\`${name}\``, `\`${text}\``, `${warmUp} candles of \`${feed}\``];
  });

function protectionsOf({ protections }: PreparedStrategy): string {
  const { stop, target, trailing, timeMs } = protections;
  const told = [
    stop === null ? '' : `a stop ${percent(stop)} from the entry`,
    target === null
      ? ''
      : 'value' in target
        ? `a target ${percent(target)} from it`
        : `${target.length} targets`,
    trailing === null ? '' : `a trailing stop ${percent(trailing)} behind the best price`,
    timeMs === null ? '' : `an end after ${timeMs / 60_000} minutes`,
  ].filter((text) => text !== '');
  return told.join(', ') || 'none';
}

const percent = (fraction: { toNumber(): number }): string =>
  `${Number((fraction.toNumber() * 100).toPrecision(6))} %`;

/** Columns as wide as they need to be, as the formatter of the pages wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}
