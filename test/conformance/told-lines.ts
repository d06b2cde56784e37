/** Runs a program of its own process, a public client say, and answers the JSON lines that it wrote. */
import { spawn } from 'node:child_process';

/** @throws with what it complained of, if it ended badly */
export async function toldLines<Line>(
  program: string,
  ...words: readonly string[]
): Promise<readonly Line[]> {
  const child = spawn(process.execPath, [program, ...words]);
  let text = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(complaints);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}
