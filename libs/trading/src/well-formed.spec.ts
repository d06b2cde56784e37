import { isWellFormedText, wellFormed, wellFormedText } from './well-formed';

describe('well-formed text', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['Zażółć 币安 💥', 'Zażółć 币安 💥'],
    ['\ud83d\ude00', '😀'],
    ['\ud800', '\ufffd'],
    ['a\udc00b', 'a\ufffdb'],
    ['\ude00\ud83d', '\ufffd\ufffd'],
    ['a\0b\0', 'a\ufffdb\ufffd'],
  ])('of %j is %j', (text, expected) => {
    expect(wellFormedText(text)).toBe(expected);
    expect(isWellFormedText(text)).toBe(text === expected);
  });

  it('is made of names and values, however deep, and nothing else is touched', () => {
    expect(wellFormed({ 'a\ud800': ['b\ud800', { c: 'd\0', e: 1, f: null, g: true }] })).toEqual({
      'a\ufffd': ['b\ufffd', { c: 'd\ufffd', e: 1, f: null, g: true }],
    });
    expect(wellFormed(undefined)).toBeUndefined();
  });
});
