import fc from 'fast-check';
import { QuickFrames } from './quick-frames';

const MOST_BYTES = 100_000;

/** A frame as a server sends it (RFC 6455, section 5.2). */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

const text = (of: string): Buffer => frame(0x81, Buffer.from(of));

/** What was told, in its order: texts as they are, other frames in hexadecimal. */
function read(chunks: readonly Buffer[]): string[] {
  const told: string[] = [];
  const frames = new QuickFrames(
    MOST_BYTES,
    (each) => told.push(each),
    (bytes) => told.push(bytes.toString('hex')),
  );
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    frames.take(bytes);
    bytes.fill(0);
  }
  return told;
}

describe('frames of a WebSocket', () => {
  it('are told whole and in their order, however the bytes were cut on their way', () => {
    const payload = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer({ min: 100, max: 300 }).map((length) => 'é'.repeat(length)),
      fc.integer({ min: 65_000, max: 66_000 }).map((length) => 'x'.repeat(length)),
    );
    const one = fc.oneof(
      { weight: 4, arbitrary: payload.map((said) => ({ bytes: text(said), told: said })) },
      fc.constantFrom(0x01, 0x80, 0x89, 0x8a, 0x82).map((first) => {
        const bytes = frame(first, Buffer.from('ab'));
        return { bytes, told: bytes.toString('hex') };
      }),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.array(fc.nat(70_000)), (sent, cuts) => {
        const all = Buffer.concat(sent.map(({ bytes }) => bytes));
        const at = [0, ...cuts.filter((cut) => cut < all.length), all.length].sort((a, b) => a - b);
        const chunks = at.slice(1).map((end, index) => all.subarray(at[index], end));
        expect(read(chunks)).toEqual(sent.map(({ told }) => told));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('are told byte by byte as well', () => {
    const all = Buffer.concat([text('one'), text('y'.repeat(200)), text('two')]);
    expect(read([...all].map((byte) => Buffer.from([byte])))).toEqual(['one', 'y'.repeat(200), 'two']);
  });

  it('leave all that follows a frame that is too long, or masked, to the other', () => {
    const long = frame(0x81, Buffer.alloc(MOST_BYTES + 1, 'x'));
    expect(read([text('one'), long.subarray(0, 20), text('two')])).toEqual([
      'one',
      long.subarray(0, 20).toString('hex'),
      text('two').toString('hex'),
    ]);
    const masked = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 5, 6]);
    expect(read([Buffer.concat([text('one'), masked])])).toEqual(['one', masked.toString('hex')]);
  });
});
