/**
 * Takes a file of candles that the exchange published. It is read only if its checksum is right; minutes that are there
 * already stay as they were sealed and are compared with the file's.
 */
import { SealedCandle } from '@elvis/contracts';
import { onlyFileOf } from '@elvis/platform';
import { Candle, Market, MINUTE_MS, differingFigures } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { instant } from '../database/unnest';
import { CANDLE_INSERT, MINUTES, spanValues } from './candle-rows';
import { readPublicCandles, symbolOfFile } from './domain/public-file';

/** Runs one statement on the database of the history, as its owner. */
export type AskRows = <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Imported {
  readonly symbol: string;
  /** In the file. */
  readonly candles: number;
  readonly added: number;
  /** Minutes that were there and are the same in the file. */
  readonly equal: number;
  /** Minutes that were there and are not; they stay as they were. */
  readonly differing: readonly { readonly openTimeMs: number; readonly figures: readonly string[] }[];
}

const AT_ONCE = 5_000;

/** @throws Error the file is refused, with the reason; nothing of it was stored */
export async function importCandles(file: string, market: Market, ask: AskRows): Promise<Imported> {
  const symbol = symbolOfFile(basename(file));
  if (!symbol) throw new Error('its name is not that of a file of minutes, such as BTCUSDT-1m-2024-08.zip');
  const candles = readPublicCandles(readChecked(file).toString('latin1'));
  const [first] = candles;
  const last = candles.at(-1);
  if (!first || !last) throw new Error('it holds no candles');
  const span = spanValues({ market, symbol }, first.openTimeMs, last.openTimeMs + MINUTE_MS);
  const there = new Map((await ask<Candle>(MINUTES.text, span)).map((candle) => [candle.openTimeMs, candle]));
  const differing = candles.flatMap((candle) => {
    const known = there.get(candle.openTimeMs);
    const figures = known ? differingFigures(known, candle) : [];
    return figures.length > 0 ? [{ openTimeMs: candle.openTimeMs, figures }] : [];
  });
  const fresh = candles.filter(({ openTimeMs }) => !there.has(openTimeMs));
  const added = await store(
    fresh.map((candle) => ({ ...candle, market, symbol, interval: '1m', revision: 1, sealedBy: 'import' })),
    ask,
  );
  return {
    symbol,
    candles: candles.length,
    added,
    equal: candles.length - fresh.length - differing.length,
    differing,
  };
}

async function store(candles: readonly SealedCandle[], ask: AskRows): Promise<number> {
  const months = new Set(candles.map(({ openTimeMs }) => `${instant(openTimeMs).slice(0, 7)}-01`));
  for (const month of months) await ask(`SELECT make_month_partition('candles', $1)`, [month]);
  let added = 0;
  for (let from = 0; from < candles.length; from += AT_ONCE) {
    const { text, values } = CANDLE_INSERT.of(candles.slice(from, from + AT_ONCE));
    added += (await ask(text, values)).length;
  }
  return added;
}

/** The rows of a file whose checksum, in the file beside it, is right. */
function readChecked(file: string): Buffer {
  const beside = `${file}.CHECKSUM`;
  if (!existsSync(beside))
    throw new Error(
      `${basename(beside)} is not beside it; download that file as well, it proves that this one is whole`,
    );
  const bytes = readFileSync(file);
  const expected = /^[0-9a-f]{64}/i.exec(readFileSync(beside, 'utf8').trim())?.[0].toLowerCase();
  if (!expected) throw new Error(`${basename(beside)} does not begin with a SHA-256`);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected)
    throw new Error(`its checksum is wrong: it should be ${expected} and is ${found}. Download it again`);
  return file.endsWith('.zip') ? onlyFileOf(bytes) : bytes;
}
