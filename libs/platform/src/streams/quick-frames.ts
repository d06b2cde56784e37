/**
 * Takes whole text messages out of the bytes of a WebSocket connection without an event, a buffer or a promise for each.
 * Every other frame (fragments, pings, the end) is handed on as it is, whole, to what knows all of the protocol.
 */
const TEXT_IN_ONE_FRAME = 0x81;
const LENGTH = 0x7f;
const MASKED = 0x80;
const IN_2_BYTES = 126;
const IN_8_BYTES = 127;

export class QuickFrames {
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private neededBytes = 0;
  private isLeftToOther = false;

  /**
   * @param onFrame gets the bytes of whole frames, to keep; and everything from a frame longer than `mostBytes` on,
   *   which it refuses
   */
  constructor(
    private readonly mostBytes: number,
    private readonly onText: (text: string) => void,
    private readonly onFrame: (bytes: Buffer) => void,
  ) {}

  /** Takes the next bytes, which may be overwritten afterwards. */
  take(given: Buffer): void {
    let bytes = given;
    if (this.keptBytes > 0) {
      this.keep(given);
      if (this.keptBytes < this.neededBytes) return;
      bytes = Buffer.concat(this.kept, this.keptBytes);
      this.kept = [];
      this.keptBytes = 0;
    }
    let at = 0;
    while (at < bytes.length && !this.isLeftToOther) {
      const next = this.takeFrame(bytes, at);
      if (next === at) break;
      at = next;
    }
    if (at === bytes.length) return;
    if (this.isLeftToOther) this.onFrame(Buffer.from(bytes.subarray(at)));
    else this.keep(bytes.subarray(at));
  }

  /** Answers where the next frame begins; `at` itself if this one is not whole yet. */
  private takeFrame(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    this.neededBytes = 2;
    if (left < 2) return at;
    const second = bytes[at + 1] as number;
    let header = 2;
    let length = second & LENGTH;
    if (length === IN_2_BYTES) header = 4;
    else if (length === IN_8_BYTES) header = 10;
    this.neededBytes = header;
    if (left < header) return at;
    if (length === IN_2_BYTES) length = bytes.readUInt16BE(at + 2);
    else if (length === IN_8_BYTES)
      length = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
    if (length > this.mostBytes || second >= MASKED) {
      this.isLeftToOther = true;
      return at;
    }
    this.neededBytes = header + length;
    if (left < this.neededBytes) return at;
    const end = at + this.neededBytes;
    if (bytes[at] === TEXT_IN_ONE_FRAME) this.onText(bytes.toString('utf8', at + header, end));
    else this.onFrame(Buffer.from(bytes.subarray(at, end)));
    return end;
  }

  private keep(bytes: Buffer): void {
    this.kept.push(Buffer.from(bytes));
    this.keptBytes += bytes.length;
  }
}
