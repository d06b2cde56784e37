/**
 * Funding rates as the exchange gives them: a monthly file of data.binance.vision (`calc_time,funding_interval_hours,
 * last_funding_rate`, the header included), or what `GET /fapi/v1/fundingRate` answers.
 */
import { Costs } from '@elvis/backtest';
import { Decimal, MINUTE_MS } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const RATE = /^-?\d+(\.\d+)?(e-\d+)?$/i;

/** @throws RangeError where the file is none, or one of its rows cannot be read */
export function readFundings(file: string): Required<Pick<Costs, 'fundings' | 'fundingFrom'>> {
  const text = textOf(file);
  const rows = text.trimStart().startsWith('[') ? rowsOfAnswer(text, file) : rowsOfTable(text);
  const fundings = new Map<number, Decimal>();
  rows.forEach(([time, rate], at) => {
    const timeMs = Number(time);
    if (!Number.isInteger(timeMs) || timeMs <= 0 || !RATE.test(rate))
      throw new RangeError(`--funding ${file}: row ${at + 1} has no time in milliseconds and rate`);
    // It is written some milliseconds after the moment that it is of.
    fundings.set(Math.floor(timeMs / MINUTE_MS) * MINUTE_MS, new Decimal(rate));
  });
  if (fundings.size === 0) throw new RangeError(`--funding ${file} has no rates`);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return { fundings, fundingFrom: `${fundings.size} rates of a file (${hash})` };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RangeError(`--funding ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

type Row = readonly [time: string, rate: string];

const rowsOfTable = (text: string): readonly Row[] =>
  text
    .trim()
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('calc_time'))
    .map((line): Row => {
      const [time = '', , rate = ''] = line.split(',');
      return [time, rate];
    });

function rowsOfAnswer(text: string, file: string): readonly Row[] {
  try {
    const rows = JSON.parse(text) as readonly {
      readonly fundingTime?: number;
      readonly fundingRate?: string;
    }[];
    return rows.map(({ fundingTime = 0, fundingRate = '' }): Row => [`${fundingTime}`, fundingRate]);
  } catch (error) {
    throw new RangeError(`--funding ${file} is no answer of fundingRate`, { cause: error });
  }
}
