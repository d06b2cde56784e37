/**
 * A capture as a file that the paper exchange replays: `<time in nanoseconds> <what the exchange sent>` a line, by the
 * exchange's own time, so that a replay has each trade in its minute. Lines of two connections come a little out of order
 * and are put right before they are written.
 */
import { CapturedLine } from '@elvis/contracts';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Gzip, createGzip } from 'node:zlib';

/** No line comes later than this behind one of a later time. */
const IN_ORDER_AFTER_MS = 5_000;

export class RecordingFile {
  private readonly gzip: Gzip;
  private readonly whenWritten: Promise<void>;
  private waiting: CapturedLine[] = [];
  lines = 0;

  constructor(readonly path: string) {
    const file = createWriteStream(path);
    this.gzip = createGzip();
    this.gzip.pipe(file);
    this.whenWritten = finished(file);
  }

  add(line: CapturedLine): void {
    this.waiting.push(line);
  }

  /** Writes what can no longer come in between. */
  write(): void {
    const newest = this.waiting.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
    this.writeBefore(newest - IN_ORDER_AFTER_MS);
  }

  async close(): Promise<void> {
    this.writeBefore(Infinity);
    this.gzip.end();
    await this.whenWritten;
  }

  private writeBefore(endMs: number): void {
    // The order in which lines of one time came stays.
    this.waiting.sort((one, other) => one.atMs - other.atMs);
    const count = this.waiting.filter(({ atMs }) => atMs < endMs).length;
    for (const { atMs, text } of this.waiting.splice(0, count)) this.gzip.write(`${atMs}000000 ${text}\n`);
    this.lines += count;
  }
}
