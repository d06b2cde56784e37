import { Candle } from '@elvis/trading';
import { opened, temporaryFolder } from '@elvis/testing';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AskRows, importCandles } from '../src/candles/import-candles';
import { History } from './harness';
import { zipOf } from './zip-of';

const START = Date.UTC(2024, 7, 31, 23, 50);
const HEADING =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n';

const row = (minute: number, close = '59000.10', unit = 1): string => {
  const openTimeMs = START + minute * 60_000;
  return `${openTimeMs * unit},58999.90,59001.00,58990.00,${close},12.345,${openTimeMs * unit + 59_999},728000.50,17,6.1,360000.1,0\n`;
};
const rows = (count: number): string => Array.from({ length: count }, (_, minute) => row(minute)).join('');

describe('importing the exchange’s files of candles', () => {
  const history = opened(() => History.start());
  const folder = temporaryFolder('candle-files');

  const ask: AskRows = async (text, values) =>
    (await history.pool.query(text, values as unknown[])).rows as never;
  const put = (name: string, content: string | Buffer, checksum?: string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    const right = createHash('sha256').update(content).digest('hex');
    writeFileSync(`${file}.CHECKSUM`, `${checksum ?? right}  ${name}\n`);
    return file;
  };
  const zipped = (name: string, text: string): string =>
    put(`${name}.zip`, zipOf([[`${name}.csv`, Buffer.from(text)]]));
  const stored = (): Promise<number> => history.count('candles');

  it('refuses a file whose checksum is wrong, missing or no checksum, and stores nothing', async () => {
    const wrong = put('BTCUSDT-1m-2024-08.csv', HEADING + rows(3), '0'.repeat(64));
    await expect(importCandles(wrong, 'futures', ask)).rejects.toThrow('its checksum is wrong');
    const none = put('BTCUSDT-1m-2024-07.csv', HEADING + rows(3), 'none');
    await expect(importCandles(none, 'futures', ask)).rejects.toThrow('does not begin with a SHA-256');
    const alone = join(folder, 'BTCUSDT-1m-2024-06.csv');
    writeFileSync(alone, HEADING + rows(3));
    await expect(importCandles(alone, 'futures', ask)).rejects.toThrow('is not beside it');
    expect(await stored()).toBe(0);
  });

  it('takes a month from its zip archive, over the border of a month', async () => {
    const file = zipped('BTCUSDT-1m-2024-08', HEADING + rows(20));
    expect(await importCandles(file, 'futures', ask)).toEqual({
      symbol: 'BTCUSDT',
      candles: 20,
      added: 20,
      equal: 0,
      differing: [],
    });
    const { rows: months } = await history.pool.query(
      `SELECT tableoid::regclass::text AS month, count(*)::int AS n FROM candles WHERE sealed_by = 'import' GROUP BY 1 ORDER BY 1`,
    );
    expect(months).toEqual([
      { month: 'candles_2024_08', n: 10 },
      { month: 'candles_2024_09', n: 10 },
    ]);
  });

  it('finds equal what was sealed before, adds what was missing, and changes nothing', async () => {
    await history.pool.query(`UPDATE candles SET sealed_by = 'trade'`);
    await history.pool.query(`DELETE FROM candles WHERE open_time = $1`, [new Date(START).toISOString()]);
    const file = zipped('BTCUSDT-1m-2024-08', HEADING + rows(20));
    expect(await importCandles(file, 'futures', ask)).toMatchObject({ added: 1, equal: 19, differing: [] });
    expect(await history.count(`candles WHERE sealed_by = 'trade'`)).toBe(19);
  });

  it('names what differs from a sealed candle, and leaves that as it was', async () => {
    const file = zipped('BTCUSDT-1m-2024-08', HEADING + row(0) + row(1, '60000'));
    expect(await importCandles(file, 'futures', ask)).toMatchObject({
      added: 0,
      equal: 1,
      differing: [{ openTimeMs: START + 60_000, figures: ['close'] }],
    });
    const [kept] = await ask<Candle>(`SELECT close::text AS close FROM candles WHERE open_time = $1`, [
      new Date(START + 60_000).toISOString(),
    ]);
    expect(kept?.close).toBe('59000.1');
  });

  it('reads a file of spot, which has no heading and counts in microseconds', async () => {
    const file = put('ETHUSDT-1m-2024-08-31.csv', row(0, '2500', 1_000) + row(1, '2501', 1_000));
    expect(await importCandles(file, 'spot', ask)).toMatchObject({ symbol: 'ETHUSDT', added: 2 });
    expect(
      await history.count(`candles WHERE market = 'spot' AND open_time = to_timestamp(${START / 1_000})`),
    ).toBe(1);
  });

  it.each([
    ['a file of hours', 'BTCUSDT-1h-2024-08.csv', rows(1), 'its name is not'],
    ['rows that run backwards', 'BTCUSDT-1m-2024-08.csv', row(1) + row(0), 'row 2 is not the candle'],
    ['a minute twice', 'BTCUSDT-1m-2024-08.csv', row(1) + row(1), 'row 2 is not the candle'],
    ['a price that is none', 'BTCUSDT-1m-2024-08.csv', row(1, 'NaN'), 'row 1 is not the candle'],
    ['nothing', 'BTCUSDT-1m-2024-08.csv', HEADING, 'no candles'],
  ])('refuses %s', async (_, name, text, reason) => {
    await expect(importCandles(put(name, text), 'futures', ask)).rejects.toThrow(reason);
  });
});
