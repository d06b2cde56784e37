import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../tools/rehearse/private-stack';

interface Operated {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs an operator's program, such as `tools/operator/halt`, on the running system that has this state folder. */
export function operate(home: string, program: string, ...words: readonly string[]): Promise<Operated> {
  const root = projectRoot();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/operate.mjs'), program, ...words], {
      cwd: root,
      env: { ...process.env, ELVIS_HOME: home, ELVIS_ENV_FILE: '/dev/null' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
