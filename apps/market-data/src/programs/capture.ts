/**
 * `npm run capture -- --symbols BTCUSDT,ETHUSDT --minutes 10 [--market spot] [--folder captures]`: writes what market-data
 * hears of these symbols, each into a file that the paper exchange replays (`--recording FILE`). Exit code 0 when the time
 * is over, 1 if it could not begin or ended early; what was written until then is whole.
 */
import { CapturePart, captureSubject, startCapture } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { JSONCodec, NatsConnection } from 'nats';
import { Verb, findRunningSystem, openNats } from '../../../../tools/operator/running-system';
import { RecordingFile } from '../capture/recording-file';

const USAGE =
  'Use: npm run capture -- --symbols BTCUSDT,ETHUSDT --minutes 10 [--market spot] [--folder captures]';
/** A part comes several times a second. */
const SILENT_MS = 30_000;
const codec = JSONCodec<CapturePart>();

export async function operate({ root, args }: Verb): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      symbols: { type: 'string' },
      minutes: { type: 'string' },
      market: { type: 'string', default: 'futures' },
      folder: { type: 'string', default: 'captures' },
    },
  });
  const { market } = values;
  const durationMs = Math.round(Number(values.minutes) * 60_000);
  const symbols = values.symbols?.split(',').map((symbol) => symbol.trim()) ?? [];
  if (symbols.length === 0 || !(durationMs > 0) || (market !== 'futures' && market !== 'spot')) {
    console.error(USAGE);
    return 1;
  }
  const { operatorNatsUrl } = findRunningSystem(root);
  if (!operatorNatsUrl) {
    console.error('No system was found. Run this where Elvis runs (.elvis/stack.json), or set NATS_URL.');
    return 1;
  }
  const connection = await openNats(operatorNatsUrl);
  mkdirSync(values.folder, { recursive: true });
  const stamp = new Date().toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
  const prefix = market === 'futures' ? 'usdm' : 'spot';
  const files = new Map(
    symbols.map((symbol) => [
      symbol,
      new RecordingFile(join(values.folder, `${prefix}_${symbol.toLowerCase()}_${stamp}.gz`)),
    ]),
  );
  try {
    await capture(connection, files, { market, symbols, durationMs });
    return 0;
  } catch (error) {
    console.error(
      `The capture ended early: ${error instanceof Error ? error.message : String(error)}. What was written until then is whole`,
    );
    return 1;
  } finally {
    for (const file of files.values()) {
      await file.close();
      console.log(`${file.path}: ${file.lines} lines`);
    }
    await connection.close();
  }
}

/** @throws Error why it could not begin, or was not whole */
export async function capture(
  connection: NatsConnection,
  files: ReadonlyMap<string, RecordingFile>,
  wish: {
    readonly market: 'futures' | 'spot';
    readonly symbols: readonly string[];
    readonly durationMs: number;
  },
): Promise<void> {
  const captureId = randomUUID();
  const parts = connection.subscribe(captureSubject(captureId));
  await connection.flush();
  await new Bus(connection).request(startCapture, { captureId, ...wish });
  let watchdog: NodeJS.Timeout | undefined;
  let isSilent = false;
  const awaitNext = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      isSilent = true;
      parts.unsubscribe();
    }, SILENT_MS);
  };
  awaitNext();
  let expected = 0;
  try {
    for await (const message of parts) {
      awaitNext();
      const { part, lines, ended } = codec.decode(message.data);
      if (typeof ended === 'string') throw new Error(ended);
      if (part !== expected) throw new Error(`part ${expected} of it did not arrive`);
      expected += 1;
      for (const line of lines) files.get(line.symbol)?.add(line);
      for (const file of files.values()) file.write();
      if (ended === null) return;
    }
    throw new Error(isSilent ? `nothing came for ${SILENT_MS / 1_000} s` : 'the connection to NATS was lost');
  } finally {
    clearTimeout(watchdog);
    parts.unsubscribe();
  }
}
