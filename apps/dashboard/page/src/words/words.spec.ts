import { DICTIONARIES, PARTS, WordKey, translator } from './words';

const keys = Object.keys(DICTIONARIES.en).sort() as WordKey[];
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('the page in two languages', () => {
  it('has the same keys in both', () => expect(Object.keys(DICTIONARIES.tr).sort()).toEqual(keys));

  it('says each thing once: no two parts share a key', () => {
    const all = Object.values(PARTS).flatMap(({ en }) => Object.keys(en));
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it('says something everywhere, and fills in the same values', () => {
    for (const key of keys) {
      expect([key, DICTIONARIES.en[key].trim(), DICTIONARIES.tr[key].trim()]).not.toContain('');
      expect([key, namesIn(DICTIONARIES.tr[key])]).toEqual([key, namesIn(DICTIONARIES.en[key])]);
    }
  });

  it('fills in what is named', () =>
    expect(translator('en')('live.again', { seconds: '3.2' })).toBe('Live again, 3.2 s missed'));
});
