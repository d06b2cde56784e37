/** Ports of this machine for servers that are started in a moment. */
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { LOOPBACK } from './processes';

const LOWEST_PORT = 15_000;
const PORT_ATTEMPTS = 100;

/**
 * A port that was free a moment ago, and that the system gives to nobody by itself: a port of the ephemeral range may
 * become the near end of somebody's connection before the server that it was chosen for is up.
 */
export async function freePort(): Promise<number> {
  const end = firstEphemeralPort();
  for (let attempt = 0; attempt < PORT_ATTEMPTS && end > LOWEST_PORT; attempt += 1) {
    const port = randomInt(LOWEST_PORT, end);
    if (isOurs(port) && (await isPortFree(port))) return port;
  }
  return ephemeralPort();
}

/** Whoever was given a port has opened it by then, or has ended. */
const KEPT_FOR_MS = 300_000;

/**
 * Keeps a port for this process until its server is up: systems that start side by side would now and then be given
 * the same one, and the second server to open it would end the whole start.
 */
function isOurs(port: number): boolean {
  const folder = join(tmpdir(), `elvis-ports-${userInfo().uid}`);
  const file = join(folder, `${port}`);
  try {
    mkdirSync(folder, { recursive: true });
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > KEPT_FOR_MS)
      rmSync(file, { force: true });
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    // Where nothing can be written nobody is asked, as on a machine with one system.
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

function firstEphemeralPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
  } catch {
    return 0;
  }
}

async function ephemeralPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, LOOPBACK, resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string')
    throw new Error('The system gave no free port on 127.0.0.1; free some and start again');
  return address.port;
}

export async function isPortFree(port: number, host = LOOPBACK): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
