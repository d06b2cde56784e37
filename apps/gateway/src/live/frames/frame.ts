/**
 * One text message of a WebSocket, ready for the wire: made once, given to every client that sees the same. What a
 * thousand clients wait for is one piece of memory, and is compressed once.
 *
 * The compressed form is permessage-deflate (RFC 7692) as `COMPRESSION` negotiates it: no message leans on the one
 * before (`server_no_context_takeover`), so the same bytes are right for all who accepted it.
 */
import { constants, deflateRawSync } from 'node:zlib';

const WINDOW_BITS = 13;

/** What is negotiated with a client that can inflate; `ws` reads by it, and writes nothing compressed itself. */
export const COMPRESSION = {
  serverNoContextTakeover: true,
  serverMaxWindowBits: WINDOW_BITS,
  concurrencyLimit: 2,
} as const;

const FINAL_TEXT = 0x81;
/** A final text message that is compressed. */
const FINAL_TEXT_PACKED = 0xc1;
const FINAL_PING = 0x89;
/** An order book of 20 levels has 900. */
const WORTH_PACKING_BYTES = 256;
/** More would hold up everything else; it is rare, as it is made only of what a client has missed. */
const PACKED_AT_MOST_BYTES = 256 * 1_024;
/** `00 00 ff ff`, which the receiver puts back. */
const TAIL_BYTES = 4;

export class Frame {
  private readonly payload: Buffer;
  private plain: Buffer | undefined;
  private packed: Buffer | undefined;

  constructor(text: string) {
    this.payload = Buffer.from(text);
  }

  /** The bytes for one client, by whether it inflates what is compressed. */
  bytes(inflates: boolean): Buffer {
    const { length } = this.payload;
    if (inflates && length >= WORTH_PACKING_BYTES && length <= PACKED_AT_MOST_BYTES)
      return (this.packed ??= wired(FINAL_TEXT_PACKED, deflate(this.payload)));
    return (this.plain ??= wired(FINAL_TEXT, this.payload));
  }
}

export const pingFrame = (payload: Buffer): Buffer => wired(FINAL_PING, payload);

function deflate(payload: Buffer): Buffer {
  const packed = deflateRawSync(payload, {
    level: constants.Z_BEST_SPEED,
    windowBits: WINDOW_BITS,
    memLevel: 7,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  return packed.subarray(0, -TAIL_BYTES);
}

/** Section 5.2 of RFC 6455, as a server sends: without a mask. */
function wired(firstByte: number, payload: Buffer): Buffer {
  const { length } = payload;
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = firstByte;
  if (headBytes === 2) frame[1] = length;
  else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  payload.copy(frame, headBytes);
  return frame;
}
