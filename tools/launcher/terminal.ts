/**
 * What a person sees: progress, one table, and from then on every WARNING and above of every service, with its level
 * as a word. Everything else goes to the log files. The same complaint is shown once in ten seconds.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { RotatingFileStream, createStream } from 'rotating-file-stream';

const LEVEL_WORD: Readonly<Record<string, string>> = { warn: 'WARNING', error: 'ERROR', fatal: 'CRITICAL' };
const QUIET_MS = 10_000;

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly replica?: number;
  readonly time?: string;
  readonly err?: { readonly message?: string };
}

export class Terminal {
  private readonly files = new Map<string, RotatingFileStream>();
  private readonly shown = new Map<string, { at: number; hidden: number }>();

  constructor(private readonly logs: string) {}

  say(line: string): void {
    process.stdout.write(`  ${line}\n`);
  }

  complain(level: string, who: string, message: string, time = new Date().toISOString()): void {
    const key = `${who} ${message}`;
    const before = this.shown.get(key);
    const now = performance.now();
    if (before && now - before.at < QUIET_MS) {
      before.hidden += 1;
      return;
    }
    if (this.shown.size > 1_000) this.shown.clear();
    this.shown.set(key, { at: now, hidden: 0 });
    const times = before?.hidden ? ` (and ${before.hidden} times more since)` : '';
    const [firstLine = ''] = message.split('\n');
    process.stdout.write(`${time.slice(11, 19)} ${level.padEnd(8)} ${who}: ${firstLine}${times}\n`);
  }

  /** Why the start failed, in full; a service's own log lines have been shown already. */
  fail(message: string): void {
    const lines = message.split('\n').filter((line) => !line.startsWith('{'));
    process.stdout.write(
      `${new Date().toISOString().slice(11, 19)} ERROR    npm start: ${lines.join('\n    ')}\n`,
    );
  }

  /** Keeps everything a process writes in its log, and shows what a person should know. */
  follow(service: string, stream: Readable, isService: boolean): void {
    const file = this.fileOf(service);
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      if (isService) this.show(service, line);
    });
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.files.values()].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))),
    );
  }

  private show(service: string, line: string): void {
    if (!line.startsWith('{')) return;
    let entry: LogLine;
    try {
      entry = JSON.parse(line) as LogLine;
    } catch {
      return;
    }
    const word = LEVEL_WORD[entry.level ?? ''];
    if (!word) return;
    const cause = entry.err?.message && entry.err.message !== entry.msg ? `: ${entry.err.message}` : '';
    this.complain(word, `${service}-${entry.replica ?? 0}`, `${entry.msg ?? ''}${cause}`, entry.time);
  }

  private fileOf(service: string): RotatingFileStream {
    const known = this.files.get(service);
    if (known) return known;
    const file = createStream(`${service}.log`, { path: this.logs, size: '10M', maxFiles: 5, mode: 0o600 });
    file.on('error', () => undefined);
    this.files.set(service, file);
    return file;
  }
}
