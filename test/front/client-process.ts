/** An unmodified client in a process of its own, which is told by JSON lines what to do. */
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

export interface ClientAnswer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the client's own call gives
  readonly result?: any;
  readonly error?: string;
  readonly message?: string;
}

export class ClientProcess {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;

  /** @param program a file beside this one, which finds its settings in FRONT */
  constructor(program: string, settings: object, env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [join(__dirname, program)], {
      env: { ...process.env, ...env, FRONT: JSON.stringify(settings) },
    });
    this.process.stderr.resume();
    this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async call(method: string, ...args: readonly unknown[]): Promise<ClientAnswer> {
    this.process.stdin.write(`${JSON.stringify({ method, args })}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error('The client has ended');
    return JSON.parse(value) as ClientAnswer;
  }

  close(): void {
    this.process.stdin.end();
    this.process.kill();
  }
}
