/** From where a key may be used. */
import { addressRule } from './address-rule';

describe('the addresses of a key', () => {
  it.each([
    ['127.0.0.1', true],
    ['::ffff:10.1.2.3', true],
    ['192.168.7.7', true],
    ['::1', true],
    ['8.8.8.8', false],
    ['2001:db8::1', false],
    ['', false],
  ])('are private networks where none are named: %s %s', (address, isAllowed) => {
    expect(addressRule([])(address)).toBe(isAllowed);
  });

  it('are those that are named, and then no others', () => {
    const isUsedFrom = addressRule(['8.8.8.0/24', '2001:db8::/32', '9.9.9.9']);
    expect(['8.8.8.1', '2001:db8::5', '9.9.9.9'].map(isUsedFrom)).toEqual([true, true, true]);
    expect(['127.0.0.1', '8.8.9.1', '9.9.9.8'].map(isUsedFrom)).toEqual([false, false, false]);
  });

  it('let nobody in where what is named is no network', () => {
    for (const wrong of ['10.0.0.0/99', '1:2', 'everywhere'])
      expect(['127.0.0.1', '10.0.0.1', '8.8.8.8'].map(addressRule([wrong]))).toEqual([false, false, false]);
  });
});
