/**
 * The front under TLS and its own host names: clients have their full tables there, so a script that acts by them does
 * the right thing at each refusal, and what the documentation says to paste works as it stands.
 */
import { RunningStack, startStack, until } from '@elvis/testing';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { askAdmin } from '../faults/exchange-admin';
import { ClientProcess } from './client-process';
import { FrontKey, makeKey } from './front-system';

const LIMIT_MS = 300_000;
jest.setTimeout(LIMIT_MS);

const ROOT = resolve(__dirname, '..', '..');
const SYMBOL = 'BTC/USDT:USDT';
const AMOUNT = 0.01;

describe('the front under TLS', () => {
  const home = mkdtempSync(join(tmpdir(), 'elvis-tls-'));
  let system: RunningStack;
  let key: FrontKey;
  let client: ClientProcess;
  const trust = {
    NODE_EXTRA_CA_CERTS: join(home, 'front-tls', 'authority.pem'),
    NODE_OPTIONS: `--require ${join(__dirname, 'names-here.cjs')}`,
  };
  const hostOf = (): string => system.stack.front.tlsHost ?? '';
  const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    promisify(execFile)(command, args, { cwd: ROOT, env: { ...process.env, ELVIS_HOME: home, ...env } });
  const gateway = (method: string, path: string, body: object) =>
    fetch(`${system.stack.gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': system.stack.apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const admin = (method: string, path: string, body: object): Promise<unknown> =>
    askAdmin(system.stack.exchange.adminUrl, method, path, body);
  const mark = async (): Promise<number> => {
    const answer = await fetch(`${system.stack.exchange.restUrl}/fapi/v1/premiumIndex?symbol=BTCUSDT`);
    return Number(((await answer.json()) as { readonly markPrice: string }).markPrice);
  };
  const contracts = async (): Promise<number> =>
    ((await client.call('fetchPositions', [SYMBOL])).result as { contracts: number }[])[0]?.contracts ?? 0;
  const protect = async (share: number) => protectAt(Math.round((await mark()) * share));
  const protectAt = async (price: number) =>
    (await client.call('protect', SYMBOL, AMOUNT, price)).result as {
      readonly did: string;
      readonly thrown?: string;
    };

  beforeAll(async () => {
    chmodSync(home, 0o711);
    await run('npm', ['run', '--silent', 'front:certificate']);
    // A machine that stands still must not outlast the time in which the same order again is a repeat.
    system = await startStack({ home, env: { RISK_DUPLICATE_WINDOW_MS: '60000' } });
    key = await makeKey(system, 'freqtrade');
    client = new ClientProcess('freqtrade-like.mjs', { host: hostOf(), ...key }, trust);
  });
  afterAll(async () => {
    client?.close();
    await system?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('is what a client that trusts the authority of its certificate speaks to, and no other', async () => {
    const asked = [
      '-e',
      `fetch('https://fapi.${hostOf()}/fapi/v1/time').then(async (a) => console.log(await a.text()), (e) => console.log(e.cause.code))`,
    ];
    expect((await run(process.execPath, asked, trust)).stdout).toMatch(/^{"serverTime":\d+}/);
    const stranger = await run(process.execPath, asked, { NODE_OPTIONS: trust.NODE_OPTIONS });
    expect(stranger.stdout).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
  });

  it('never makes a script leave its position for a halt, a repeat or an unknown outcome; a stop beyond the market does', async () => {
    const bought = await client.call('createOrder', SYMBOL, 'market', 'buy', AMOUNT);
    expect(bought).toMatchObject({ result: { status: 'closed' } });
    await until(async () => (await contracts()) === AMOUNT);

    await gateway('POST', '/api/v1/emergency_stop', { reason: 'a spec' });
    expect(await protect(0.97)).toEqual({ did: 'tries again later', thrown: 'MarketClosed' });
    await until(
      async () => (await gateway('DELETE', '/emergency_stop', { reason: 'a spec', force: true })).ok,
    );

    const nobodyKnows = { kind: 'unknown-error', method: 'POST', path: '/fapi/v1/algoOrder', executed: true };
    await admin('POST', '/trouble', { ...nobodyKnows, count: 1 });
    const stop = Math.round((await mark()) * 0.96);
    const unsure = await protectAt(stop);
    expect(['protected', 'tries again later']).toContain(unsure.did);
    if (unsure.did !== 'protected') expect(unsure.thrown).toBe('RequestTimeout');
    await until(
      async () =>
        (await client.call('fetchOpenOrders', SYMBOL, undefined, undefined, { stop: true })).result
          ?.length === 1,
    );

    expect(await protectAt(stop)).toEqual({ did: 'tries again later', thrown: 'DDoSProtection' });

    await until(async () => (await protect(0.95)).did === 'protected');
    expect(await contracts()).toBe(AMOUNT);

    expect(await protect(1.02)).toEqual({ did: 'left at market', thrown: 'OrderImmediatelyFillable' });
    await until(async () => (await contracts()) === 0);
    for (const params of [{}, { stop: true }]) await client.call('cancelAllOrders', SYMBOL, params);
  });

  it('makes a script try again later while the market data are stale', async () => {
    const bought = await client.call('createOrder', SYMBOL, 'market', 'buy', 2 * AMOUNT);
    expect(bought).toMatchObject({ result: { status: 'closed' } });
    await until(async () => (await contracts()) === 2 * AMOUNT);
    await admin('POST', '/streams/silence', { durationMs: 600_000 });
    let thrown: string | undefined;
    let tries = 0;
    await until(
      async () => {
        // Of another size each time: a repeat would be refused as one.
        const price = Math.round((await mark()) * 0.97);
        const size = AMOUNT + tries++ / 1_000;
        thrown = (await client.call('createOrder', SYMBOL, 'limit', 'buy', size, price)).error;
        return thrown !== undefined;
      },
      'a stale market is refused',
      150_000,
    );
    // No invalid order and no denial: nothing was sent, and it may be sent again.
    expect(thrown).toBe('OperationFailed');
    await admin('POST', '/streams/silence', { durationMs: 0 });
    expect(await contracts()).toBe(2 * AMOUNT);
  });

  it('is used as the documentation says, word for word', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'binance-front.md'), 'utf8');
    const snippets = [...page.matchAll(/```js\n([^]*?)```/g)].map(([, text = '']) => text);
    expect(snippets.length).toBeGreaterThanOrEqual(3);
    const given = `const host = '${hostOf()}', apiKey = '${key.apiKey}', secret = '${key.secret}';\n`;
    for (const [place, text] of snippets.entries()) {
      const file = join(ROOT, 'test', 'front', `.snippet-${place}.mjs`);
      writeFileSync(file, given + text.replace(/^const (host|apiKey|secret) = .*\n/gm, ''));
      try {
        const { stdout } = await run(process.execPath, [file], trust);
        expect([text, stdout.trim()]).toEqual([text, expect.stringMatching(/\d/)]);
      } finally {
        rmSync(file, { force: true });
      }
    }
  });
});
