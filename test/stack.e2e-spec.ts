/** `npm start` from outside: what it starts, keeps alive, writes down, refuses and leaves behind. */
import {
  existsSync,
  mkdtempSync,
  chmodSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CONTRACTS_VERSION, EXECUTION_REPLICAS_KEY } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { connect } from 'nats';
import { readLog, RunningStack, stackLaunch, startStack, begin, until } from '@elvis/testing';
import { KEYS, openVenue } from './conformance/venue';
import { StackFile } from '../tools/launcher/stack-file';

const LIMIT_MS = 300_000;
jest.setTimeout(LIMIT_MS);

interface OrderAnswer {
  readonly clientOrderId: string;
  readonly status: string;
  readonly filledQuantity: string;
}

const call = async (
  stack: StackFile,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${stack.gatewayUrl}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'X-API-Key': stack.apiKey, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};

let orders = 0;

/**
 * Sends a small market order and, while parts are on their way back from a kill, the same one again: same id, so that
 * it can be one order only. Each differs from the last, for repeats of one order are a reason to halt.
 */
const fill = async (stack: StackFile): Promise<OrderAnswer> => {
  orders += 1;
  const order = {
    clientOrderId: `spec-${process.pid}-${orders}`,
    symbol: 'BTCUSDT',
    side: orders % 2 === 1 ? 'BUY' : 'SELL',
    type: 'MARKET',
    quantity: `0.00${2 + (orders % 7)}`,
  };
  let answer: { status: number; body: unknown } | undefined;
  const isFilled = async (): Promise<boolean> => {
    answer = await call(stack, '/api/v1/orders', order).catch(() => undefined);
    if ((answer?.body as OrderAnswer | undefined)?.status === 'FILLED') return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
    return false;
  };
  await until(isFilled, 'an order to be filled', 90_000).catch((error: Error) => {
    throw new Error(`${error.message}; the last answer was ${JSON.stringify(answer)}`);
  });
  return answer?.body as OrderAnswer;
};

/** Looked for so seldom that the asking itself is never refused. */
async function fillIsServed(stack: StackFile, { clientOrderId }: OrderAnswer): Promise<void> {
  let answer: { status: number; body: unknown } | undefined;
  const isServed = async (): Promise<boolean> => {
    answer = await call(stack, '/api/v1/trades?symbol=BTCUSDT&limit=1000').catch(() => undefined);
    const { items = [] } = (answer?.body ?? {}) as { items?: { clientOrderId: string }[] };
    if (items.some((trade) => trade.clientOrderId === clientOrderId)) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return false;
  };
  await until(isServed, 'the fill to be served by the history', 120_000).catch((error: Error) => {
    throw new Error(`${error.message}; the last answer was ${JSON.stringify(answer)?.slice(0, 1_000)}`);
  });
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !isZombie(pid);
const isZombie = (pid: number): boolean => {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const pidsOf = ({ services, servers }: StackFile): number[] =>
  [...services, ...servers].map(({ pid }) => pid);

/** The addresses that these processes listen on, as the kernel lists them. */
function listeningAddresses(pids: readonly number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    ),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/net/${family}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode ?? ''))
      .map(([, local]) => (local ?? '').split(':')[0] ?? ''),
  );
}

describe('a running system', () => {
  let running: RunningStack;
  const home = mkdtempSync(join(tmpdir(), 'elvis-spec-'));

  beforeAll(async () => {
    chmodSync(home, 0o711);
    running = await startStack({ home, replicas: { risk: 2 } });
  });
  afterAll(async () => {
    await running?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('fills an order sent over REST and serves the fill from the database', async () => {
    const order = await fill(running.stack);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '0.003' });
    await fillIsServed(running.stack, order);
  });

  it('writes down where everything is, for its owner alone', () => {
    expect(statSync(join(home, 'stack.json')).mode & 0o777).toBe(0o600);
    expect(running.stack).toEqual({
      gatewayUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      apiKey: expect.any(String),
      exchange: {
        restUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        wsUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
        adminUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        apiKey: expect.any(String),
        apiSecret: expect.any(String),
      },
      front: {
        restUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        wsUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      },
      natsUrl: expect.stringContaining('nats://auditor:'),
      redis: { host: '127.0.0.1', port: expect.any(Number), password: expect.any(String) },
      database: expect.objectContaining({ host: '127.0.0.1', user: 'elvis', name: 'elvis' }),
      services: expect.any(Array),
      servers: expect.any(Array),
      operatorNatsUrl: expect.stringContaining('nats://operator:'),
    });
    const names = running.stack.services.map(({ name, replica }) => `${name}-${replica}`).sort();
    expect(names).toEqual([
      'binance-gateway-0',
      'bots-0',
      'execution-0',
      'gateway-0',
      'market-data-0',
      'paper-exchange-0',
      'risk-0',
      'risk-1',
      'trade-history-0',
    ]);
    expect(running.stack.servers.map(({ name }) => name).sort()).toEqual(['nats', 'postgres', 'redis']);
  });

  it('lets the auditor hear every order event with nothing but its address', async () => {
    const { username, password, host } = new URL(running.stack.natsUrl);
    const connection = await connect({ servers: host, user: username, pass: password });
    try {
      const heard = connection.subscribe('elvis.event.order.filled', { max: 1 });
      await connection.flush();
      const { clientOrderId } = await fill(running.stack);
      for await (const message of heard) expect(message.string()).toContain(clientOrderId);
    } finally {
      await connection.close();
    }
  });

  it('opens nothing while a replica of other contracts is alive, and trades again when it is gone', async () => {
    const { redis: address, services } = running.stack;
    const redis = new Redis({ ...address, protocol: 2 });
    const beat = async (): Promise<void> => {
      const [seconds] = await redis.time();
      const note = { build: 'other', contracts: CONTRACTS_VERSION + 1, atMs: Number(seconds) * 1_000 };
      await redis.hset(EXECUTION_REPLICAS_KEY, 'execution-9:other', JSON.stringify({ ...note, clear: 1e15 }));
    };
    /** Every replica of risk sees so many builds. */
    const see = (builds: number): Promise<void> =>
      until(
        async () => {
          const pages = services
            .filter(({ name }) => name === 'risk')
            .map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
          return (await Promise.all(pages)).every((page) =>
            page.includes(`\nelvis_fleet_builds ${builds}\n`),
          );
        },
        `every risk to see ${builds} builds`,
        150_000,
      );
    await see(1);
    const beating = setInterval(() => void beat().catch(() => undefined), 200);
    try {
      await see(2);
      const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
      const { status, body } = await call(running.stack, '/api/v1/orders', order);
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: 'BUILDS_DISAGREE',
        context: {
          builds: expect.stringContaining(`contracts ${CONTRACTS_VERSION + 1}: execution-9 of other`),
        },
      });
    } finally {
      clearInterval(beating);
    }
    await see(1);
    await redis.hdel(EXECUTION_REPLICAS_KEY, 'execution-9:other');
    redis.disconnect();
    await fill(running.stack);
  });

  it.each([
    ['tools/operator/status', /gateway-0 .*ready/],
    ['tools/operator/doctor', /Everything is in order/],
    ['apps/gateway/src/programs/smoke-rate-limit', /refused with 429/],
    ['apps/gateway/src/programs/rl-list', /^key +count +ends in|^No counters/],
  ])('answers the operator: %s', async (program, said) => {
    const env = { ...process.env, ELVIS_HOME: home };
    const answers = async (): Promise<boolean> => {
      const asked = promisify(execFile)(process.execPath, ['scripts/operate.mjs', program], { env });
      return said.test(await asked.then(({ stdout }) => stdout).catch(() => ''));
    };
    await until(answers, `${program} to exit with 0 and to say ${said}`, 60_000);
  });

  it('lets the doctor examine the account that trades, and keeps its keys to itself', async () => {
    const held = async (): Promise<string | undefined> => {
      const { body } = await call(running.stack, '/api/v1/open_positions?market=futures');
      return (body as { items: { symbol: string; quantity: string }[] }).items.find(
        ({ symbol, quantity }) => symbol === 'BTCUSDT' && Number(quantity) !== 0,
      )?.quantity;
    };
    const env = { ...process.env, ELVIS_HOME: home };
    let stdout = '';
    const agrees = async (): Promise<boolean> => {
      const words = ['scripts/operate.mjs', 'tools/operator/doctor'];
      const asked = promisify(execFile)(process.execPath, words, { env });
      stdout = await asked.then((done) => done.stdout).catch(() => '');
      if (/^positions +ok +flat$/m.test(stdout)) await fill(running.stack);
      const quantity = await held();
      return (
        quantity !== undefined && new RegExp(`^positions +WARNING +BTCUSDT ${quantity}$`, 'm').test(stdout)
      );
    };
    await until(agrees, 'the doctor to see the position that Elvis holds', 60_000);
    expect(stdout).toMatch(/^leverage +ok +BTCUSDT 3x /m);
    const secrets = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as Record<string, string>;
    const { paperKey = '', paperSecret = '' } = secrets;
    expect(paperKey.length * paperSecret.length).toBeGreaterThan(0);
    const processes = pidsOf(running.stack).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    for (const text of [stdout, readFileSync(join(home, 'stack.json'), 'utf8'), ...processes]) {
      expect(text).not.toContain(paperKey);
      expect(text).not.toContain(paperSecret);
    }
  });

  it('listens on loopback and nowhere else', () => {
    const loopback = new Set([
      '0100007F',
      '00000000000000000000000001000000',
      '0000000000000000FFFF00000100007F',
    ]);
    const addresses = listeningAddresses([running.pid, ...pidsOf(running.stack)]);
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter((address) => !loopback.has(address))).toEqual([]);
  });

  it('hands each process the secrets it uses and no others', () => {
    const environmentOf = (name: string): string =>
      readFileSync(
        `/proc/${running.stack.services.find((service) => service.name === name)?.pid}/environ`,
        'utf8',
      );
    expect(environmentOf('execution')).toContain('APPROVAL_KEY=');
    for (const name of ['gateway', 'trade-history', 'market-data', 'paper-exchange']) {
      expect(environmentOf(name)).not.toContain('APPROVAL_KEY=');
    }
    expect(environmentOf('gateway')).not.toMatch(/DB_PASSWORD=|BINANCE_API_SECRET=/);
    expect(environmentOf('risk')).not.toMatch(/DB_PASSWORD=|BINANCE_API_SECRET=|\0API_KEY=/);
  });

  it.each([
    ['services', 'gateway'],
    ['services', 'risk'],
    ['services', 'execution'],
    ['services', 'market-data'],
    ['services', 'trade-history'],
    ['servers', 'redis'],
    ['servers', 'nats'],
    ['servers', 'postgres'],
  ] as const)('starts one of the %s, %s, again on the same port when it is killed', async (kind, name) => {
    const find = (): { pid: number; port: number } | undefined =>
      running.stack[kind].find((part) => part.name === name);
    const before = find();
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await until(() => ![0, before?.pid].includes(find()?.pid), `${name} to be started again`, 10_000);
    expect(find()?.port).toBe(before?.port);
    await fillIsServed(running.stack, await fill(running.stack));
  });

  it('shows warnings with their level as a word and keeps everything in logs', () => {
    expect(running.output()).toMatch(
      /^\d\d:\d\d:\d\d WARNING {2}supervisor: execution-0 ended unexpectedly \(SIGKILL\)/m,
    );
    expect(readLog(home, 'execution')).toContain('"service":"execution"');
    const secrets = [
      running.stack.apiKey,
      running.stack.redis.password ?? '',
      running.stack.database.password,
    ];
    for (const log of readdirSync(join(home, 'logs'))) {
      const text = readFileSync(join(home, 'logs', log), 'utf8');
      for (const secret of secrets) expect([log, text.includes(secret)]).toEqual([log, false]);
    }
  });

  it('refuses a second start on the same state folder', async () => {
    const { plan, output } = stackLaunch({ home });
    const second = begin({ ...plan, isReady: () => Promise.resolve(false) });
    await expect(second.ready).rejects.toThrow();
    expect((await second.exited).code).toBe(78);
    expect(output()).toContain(`Elvis already runs here (process ${running.pid})`);
  });

  it('finds what a killed launcher left, ends it, and goes on with its data', async () => {
    const left = pidsOf(running.stack);
    const order = await fill(running.stack);
    await fillIsServed(running.stack, order);
    process.kill(running.pid, 'SIGKILL');
    await running.exited;
    expect(left.filter(isAlive)).toEqual(left);
    rmSync(join(home, 'stack.json'));
    running = await startStack({ home });
    expect(left.filter(isAlive)).toEqual([]);
    await fillIsServed(running.stack, order);
  });

  it('leaves nothing running after SIGTERM, and no stack.json', async () => {
    const pids = pidsOf(running.stack);
    await running.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(home, 'stack.json'))).toBe(false);
    expect(running.output()).toContain('nothing is left running');
  });
});

describe('a start whose orders go to another exchange', () => {
  it('builds its order books from where the streams come, and trades there', async () => {
    const other = await openVenue({ PAPER_MARKET: 'synthetic' });
    const running = await startStack({
      args: ['--exchange', other.rest],
      env: { BINANCE_API_KEY: KEYS.BINANCE_API_KEY, BINANCE_API_SECRET: KEYS.BINANCE_API_SECRET },
    });
    try {
      await until(async () => {
        const { status, body } = await call(running.stack, '/api/v1/market_depth?symbol=BTCUSDT&limit=5');
        return status === 200 && (body as { bids: unknown[] }).bids.length === 5;
      }, 'the order book is served');
      const { clientOrderId } = await fill(running.stack);
      const account = other.exchange.futures.exchange.accounts.get('elvis');
      expect(account?.find('BTCUSDT', undefined, clientOrderId)?.status).toBe('FILLED');
    } finally {
      await running.stop();
      await other.stop();
    }
  });
});

describe('a start that cannot succeed', () => {
  const refusedStart = async (
    options: Parameters<typeof stackLaunch>[0],
  ): Promise<{ code: number | null; output: string; home: string }> => {
    const { plan, output, home } = stackLaunch(options);
    const process = begin({ ...plan, isReady: () => Promise.resolve(false) });
    await expect(process.ready).rejects.toThrow();
    const { code } = await process.exited;
    return { code, output: output(), home };
  };

  it('names every variable that is wrong, shows no value, and has started nothing', async () => {
    const { code, output, home } = await refusedStart({
      env: {
        DEFAULT_LEVERAGE: '11',
        RISK_MAX_ORDER_NOTIONAL: 'plenty',
        SYMBOLS: 'btc',
        DB_HOST: '127.0.0.1',
      },
    });
    expect(code).toBe(78);
    for (const name of ['DEFAULT_LEVERAGE', 'RISK_MAX_ORDER_NOTIONAL', 'SYMBOLS', 'DB_PASSWORD']) {
      expect(output).toContain(name);
    }
    expect(output).not.toContain('plenty');
    expect(readdirSync(join(home, 'data'))).toEqual([]);
    rmSync(home, { recursive: true });
  });

  it('names the token that Vault would want', async () => {
    const { code, output, home } = await refusedStart({ env: { VAULT_ADDR: 'http://127.0.0.1:8200' } });
    expect(code).toBe(78);
    expect(output).toContain('VAULT_TOKEN is not');
    rmSync(home, { recursive: true });
  });

  it('names a server that was asked for and does not answer, and leaves nothing running', async () => {
    const { code, output, home } = await refusedStart({ env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' } });
    expect(code).not.toBe(0);
    expect(output).toContain('REDIS_HOST');
    expect(existsSync(join(home, 'processes.json'))).toBe(false);
    rmSync(home, { recursive: true });
  });

  it('names streams that no order book can be built from, at once, and leaves nothing running', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('{"code":-5000,"msg":"none"}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, output, home } = await refusedStart({ args: ['--streams', `ws://127.0.0.1:${port}`] });
    other.close();
    expect(code).not.toBe(0);
    expect(output).toContain(`--streams: http://127.0.0.1:${port} has no order book of BTCUSDT`);
    expect(existsSync(join(home, 'processes.json'))).toBe(false);
    rmSync(home, { recursive: true });
  });

  it('does not guess what an unknown option meant', async () => {
    const { code, output, home } = await refusedStart({ args: ['--replica', 'risk=2'] });
    expect(code).toBe(78);
    expect(output).toContain('--replica');
    rmSync(home, { recursive: true });
  });
});
