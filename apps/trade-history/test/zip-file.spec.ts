import { deflateRawSync } from 'node:zlib';
import { zipOf } from './zip-of';
import { onlyFileOf } from '@elvis/platform';

const CONTENT = Buffer.from('open_time,open\n'.repeat(500));

describe('the one file of a zip archive', () => {
  it.each([[true], [false]])('is read whole (deflated: %s)', (isDeflated) => {
    expect(onlyFileOf(zipOf([['a.csv', CONTENT]], isDeflated)).equals(CONTENT)).toBe(true);
  });

  it('is refused where its bytes are not those that were put in', () => {
    const archive = zipOf([['a.csv', CONTENT]], false);
    archive.writeUInt8(archive.readUInt8(60) ^ 1, 60);
    expect(() => onlyFileOf(archive)).toThrow('damaged');
  });

  it('is refused where there are two, where it is cut off, and where it is no archive', () => {
    const two = zipOf([
      ['a.csv', CONTENT],
      ['b.csv', CONTENT],
    ]);
    expect(() => onlyFileOf(two)).toThrow('exactly one file');
    const one = zipOf([['a.csv', CONTENT]]);
    expect(() => onlyFileOf(one.subarray(0, one.length - 30))).toThrow('no zip archive');
    expect(() => onlyFileOf(deflateRawSync(CONTENT))).toThrow('no zip archive');
  });
});
