/**
 * `npm run drill -- restore`: everything is lost but the exchange, the last backup and the secrets' store. Prints how long
 * it takes until an order is taken again, and what the exchange and the history say of the orders of before.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningStack, operate, startStack, until } from '@elvis/testing';
import { table } from '../../tools/operator/running-system';

const ORDERS = 6;
const PROMISED_MS = 600_000;

export async function drillRestore(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-drill-restore-'));
  chmodSync(folder, 0o711);
  const [before, after, backups] = ['before', 'after', 'backups'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    const lost = await startStack({ home: before });
    const backedUp = await trade(lost, 'kept');
    await said(before, 'tools/backup/backup', '--to', backups);
    const backup = join(backups, readdirSync(backups).at(-1)!);
    await said(before, 'tools/backup/restore', backup, '--verify');
    const unknown = await trade(lost, 'later');
    await lost.stop();
    mkdirSync(join(after, 'data'), { recursive: true });
    chmodSync(after, 0o711);
    for (const name of ['secrets.json', 'data/paper-exchange.json'])
      cpSync(join(before, name), join(after, name));
    rmSync(before, { recursive: true });
    return await comeBack(after, backup, [...backedUp, ...unknown]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function comeBack(home: string, backup: string, ids: readonly string[]): Promise<number> {
  const beganAt = performance.now();
  const times: [string, number][] = [];
  const note = (what: string): number => times.push([what, performance.now() - beganAt]);
  await said(home, 'tools/backup/restore', backup);
  note('restored');
  const again = await startStack({ home });
  try {
    note('ready');
    const status = await call(again, 'GET', '/emergency_stop/status');
    const isHalted = status.body.active === true;
    await until(async () => {
      const { body } = await call(again, 'GET', '/api/v1/trades?symbol=BTCUSDT&limit=1000');
      const known = ((body.items ?? []) as { clientOrderId: string }[]).map(
        ({ clientOrderId }) => clientOrderId,
      );
      return ids.every((id) => known.filter((name) => name === id).length === 1);
    }, 'every trade of the exchange once in the history');
    note('history equals the exchange');
    await until(
      async () =>
        (await call(again, 'DELETE', '/emergency_stop', { reason: 'compared with the exchange' })).status <
        300,
      'the stop to be cleared',
    );
    note('cleared');
    await trade(again, 'again', 1);
    note('trading again');
    const tookMs = times.at(-1)![1];
    console.log(
      table(
        ['step', 'after'],
        times.map(([what, ms]) => [what, `${(ms / 1_000).toFixed(1)} s`]),
      ),
    );
    const isKept = isHalted && tookMs <= PROMISED_MS;
    console.log(
      `began HALTED: ${isHalted ? 'yes' : 'NO'}   trading again within 10 minutes: ${tookMs <= PROMISED_MS ? 'yes' : 'NO'}   promise ${isKept ? 'kept' : 'BROKEN'}`,
    );
    return isKept ? 0 : 1;
  } finally {
    await again.stop();
  }
}

/** Sends market orders until each is filled; answers their ids. */
async function trade(running: RunningStack, name: string, count = ORDERS): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `drill-${name}-${n}`);
  for (const [n, clientOrderId] of ids.entries()) {
    const side = n % 2 === 0 ? 'BUY' : 'SELL';
    const order = { clientOrderId, symbol: 'BTCUSDT', side, type: 'MARKET', quantity: `0.00${2 + n}` };
    await until(
      async () => (await call(running, 'POST', '/api/v1/orders', order)).body.status === 'FILLED',
      `${clientOrderId} to be filled`,
    );
  }
  return ids;
}

async function call(
  { stack }: RunningStack,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${stack.gatewayUrl}${path}`, {
    method,
    headers: { 'X-API-Key': stack.apiKey, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** @throws Error the program failed */
async function said(home: string, program: string, ...words: readonly string[]): Promise<void> {
  const { code, output } = await operate(home, program, ...words);
  console.log(output.trim());
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}
