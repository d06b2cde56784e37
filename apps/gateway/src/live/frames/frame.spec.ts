import { constants, inflateRawSync } from 'node:zlib';
import { Frame, pingFrame } from './frame';

/** Reads one frame as a client would. */
function read(bytes: Buffer): { opcode: number; isPacked: boolean; payload: Buffer } {
  const [first = 0, second = 0] = bytes;
  expect(first & 0x80).toBe(0x80);
  const [at, length] =
    second === 127
      ? [10, Number(bytes.readBigUInt64BE(2))]
      : second === 126
        ? [4, bytes.readUInt16BE(2)]
        : [2, second];
  expect(bytes).toHaveLength(at + length);
  return { opcode: first & 0x0f, isPacked: (first & 0x40) !== 0, payload: bytes.subarray(at) };
}

const inflated = (payload: Buffer): string =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
    windowBits: 13,
    finishFlush: constants.Z_SYNC_FLUSH,
  }).toString();

describe('a frame', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 300_000])('of %d bytes reads as it was written', (length) => {
    const text = 'x'.repeat(length);
    const { opcode, isPacked, payload } = read(new Frame(text).bytes(false));
    expect([opcode, isPacked, payload.toString()]).toEqual([1, false, text]);
  });

  it.each([600, 5_000, 200_000])(
    'of %d bytes is compressed for those who inflate, each by itself',
    (length) => {
      const text = Array.from({ length: length / 4 }, (_, n) => `${n % 97}é`.padStart(4)).join('');
      const frame = new Frame(text);
      const { isPacked, payload } = read(frame.bytes(true));
      expect([isPacked, inflated(payload)]).toEqual([true, text]);
      expect(payload.length).toBeLessThan(Buffer.byteLength(text) / 2);
      expect(read(frame.bytes(false)).payload.toString()).toBe(text);
    },
  );

  it.each([100, 300_000])('of %d bytes is not worth it', (length) => {
    expect(read(new Frame('x'.repeat(length)).bytes(true)).isPacked).toBe(false);
  });

  it('is made once, however many it goes to', () => {
    const frame = new Frame('y'.repeat(2_000));
    expect(frame.bytes(true)).toBe(frame.bytes(true));
    expect(frame.bytes(false)).toBe(frame.bytes(false));
  });

  it('of a ping carries its payload', () => {
    expect(read(pingFrame(Buffer.from('ping')))).toMatchObject({ opcode: 9, payload: Buffer.from('ping') });
  });
});
