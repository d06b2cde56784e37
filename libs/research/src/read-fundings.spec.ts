import { temporaryFolder } from '@elvis/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFundings } from './read-fundings';

describe('a file of funding rates', () => {
  const folder = temporaryFolder('fundings');
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const told = (path: string) =>
    [...readFundings(path).fundings].map(([time, rate]) => [time, rate.toFixed()]);

  it('is read as the exchange publishes it by the month, and as its API answers', () => {
    const expected = [
      [1_767_225_600_000, '0.0001'],
      [1_767_254_400_000, '-0.00002343'],
    ];
    const table =
      'calc_time,funding_interval_hours,last_funding_rate\n1767225600004,8,0.00010000\n1767254400000,8,-0.00002343\n';
    expect(told(file('month.csv', table))).toEqual(expected);
    const answer = [
      { symbol: 'BTCUSDT', fundingTime: 1_767_225_600_004, fundingRate: '0.00010000', markPrice: '1' },
      { symbol: 'BTCUSDT', fundingTime: 1_767_254_400_000, fundingRate: '-0.00002343', markPrice: '1' },
    ];
    expect(told(file('answer.json', JSON.stringify(answer)))).toEqual(expected);
  });

  it.each([
    ['another table', 'a,b,c\n1,2,3\nx,y,z\n', 'row 1 has no time'],
    ['a row without its rate', '1767225600004,8,\n', 'row 1 has no time'],
    ['no row', 'calc_time,funding_interval_hours,last_funding_rate\n', 'row'],
    ['half an answer', '[{"fundingTime": 1', 'no answer of fundingRate'],
  ])('is refused as %s', (name, text, why) => {
    expect(() => readFundings(file(name, text))).toThrow(why);
  });

  it('is refused where there is none', () => {
    expect(() => readFundings(join(folder, 'absent.csv'))).toThrow('cannot be read');
  });
});
