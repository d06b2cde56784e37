import { turkish } from './turkish';
import { PARTS, WordKey, english, translator } from './words';

const keys = Object.keys(english).sort() as WordKey[];
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('the page in two languages', () => {
  it('has the same keys in both', () => expect(Object.keys(turkish).sort()).toEqual(keys));

  it('says each thing once: no two parts share a key', () => {
    const all = Object.values(PARTS).flatMap(({ en }) => Object.keys(en));
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it('says something everywhere, and fills in the same values', () => {
    for (const key of keys) {
      expect([key, english[key].trim(), turkish[key].trim()]).not.toContain('');
      expect([key, namesIn(turkish[key])]).toEqual([key, namesIn(english[key])]);
    }
  });

  it('fills in what is named', () =>
    expect(translator(english)('live.again', { seconds: '3.2' })).toBe('Live again, 3.2 s missed'));
});
