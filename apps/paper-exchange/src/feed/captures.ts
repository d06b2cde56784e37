/** Opens captures: what they are of, and their lines. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** A capture whose symbol and market are known, not yet read. */
export interface RecordingSource {
  readonly symbol: string;
  readonly market: 'futures' | 'spot';
  readonly parts: readonly Buffer[];
}

/** @param files one capture, or several that continue each other */
export async function openRecording(files: readonly string[]): Promise<RecordingSource> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    }),
  );
  for (const line of linesOf(parts)) {
    if (!line.includes('"depthUpdate"')) continue;
    const symbol = /"s":"([A-Z0-9_]+)"/.exec(line)?.[1];
    if (symbol) return { symbol, market: line.includes('"pu":') ? 'futures' : 'spot', parts };
  }
  throw new Error(
    `${files.join(' ')}: no depth events found; the file is not a recording of a market stream`,
  );
}

/** Line by line out of the bytes: a capture is large, and nothing of it is needed twice. */
export function* linesOf(parts: readonly Buffer[]): Generator<string> {
  for (const part of parts)
    for (let start = 0; start < part.length;) {
      const newline = part.indexOf(10, start);
      const end = newline < 0 ? part.length : newline;
      if (end > start) yield part.toString('latin1', start, end);
      start = end + 1;
    }
}
