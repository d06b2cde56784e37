/** The operator's commands: they say what they did, and exit with something else than 0 where it did not work. */
import { listSealedKeys } from '@elvis/contracts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  API_KEY,
  GatewayUnderTest,
  Servers,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from '../apps/gateway/test/gateway-under-test';
import { freePort } from '@elvis/testing';
import { operate as doctor } from '../tools/operator/doctor';
import { operate as listCounters } from '../apps/gateway/src/programs/rl-list';
import { operate as rotateEncryptionKey } from '../apps/gateway/src/programs/rotate-encryption-key';
import { Verb } from '../tools/operator/running-system';
import { operate as signIn } from '../tools/operator/sign-in';
import { operate as smokeRateLimit } from '../apps/gateway/src/programs/smoke-rate-limit';
import { operate as status } from '../tools/operator/status';
import { repeatGlance } from '../tools/operator/glance/repeat-glance';

type Operate = (verb: Verb) => Promise<number>;

describe('a command of the operator', () => {
  let servers: Servers;
  let gateway: GatewayUnderTest;
  const roots: string[] = [];

  /** A checkout whose system says of itself what is given; nothing runs where nothing is given. */
  const rootWith = (stack?: object): string => {
    const root = mkdtempSync(join(tmpdir(), 'elvis-operator-'));
    roots.push(root);
    mkdirSync(join(root, '.elvis'));
    if (stack) writeFileSync(join(root, '.elvis', 'stack.json'), JSON.stringify(stack));
    return root;
  };

  const run = async (operate: Operate, root: string, ...args: string[]) => {
    // A gateway in this process has left its configuration in the environment.
    for (const name of ['ELVIS_HOME', 'ELVIS_ENV_FILE', 'REDIS_HOST', 'NATS_URL', 'DB_HOST']) {
      delete process.env[name];
    }
    const lines: string[] = [];
    const keep = (text: unknown): void => void lines.push(String(text));
    const spies = [
      jest.spyOn(console, 'log').mockImplementation(keep),
      jest.spyOn(console, 'error').mockImplementation(keep),
    ];
    try {
      return { code: await operate({ args, root }), text: lines.join('\n') };
    } finally {
      spies.forEach((spy) => spy.mockRestore());
    }
  };

  beforeAll(async () => {
    servers = await startServers();
    gateway = await startGatewayUnderTest(servers, { RATE_LIMIT_LOGIN: '3/60', RATE_LIMIT_DEFAULT: '9/60' });
  });

  afterAll(async () => {
    await gateway.stop();
    await servers.stop();
    roots.forEach((root) => rmSync(root, { recursive: true, force: true }));
  });

  const here = () => ({ gatewayUrl: gateway.url, redis: servers.redis, services: [], servers: [] });
  const running = () => rootWith(here());
  const dead = async () => {
    const port = await freePort();
    return rootWith({
      gatewayUrl: `http://127.0.0.1:${port}`,
      redis: { host: '127.0.0.1', port },
      operatorNatsUrl: `nats://127.0.0.1:${port}`,
      exchange: { restUrl: `http://127.0.0.1:${port}`, apiKey: 'k', apiSecret: 's' },
      database: { host: '127.0.0.1', port, user: 'u', password: 'p', name: 'n' },
      services: [{ name: 'risk', replica: 0, pid: 0, port }],
      servers: [],
    });
  };

  describe('smoke:rate-limit', () => {
    it('counts until it is refused, and shows the refusal in English and in Turkish', async () => {
      const { code, text } = await run(smokeRateLimit, running());
      expect([code, text]).toEqual([
        0,
        expect.stringContaining('Request 4 was refused with 429 (limit 3;w=60'),
      ]);
      expect(text).toContain('Too many attempts. Please try again later.');
      expect(text).toContain('Çok fazla deneme. Lütfen daha sonra tekrar deneyin.');
    });

    it('fails where the limit is off', async () => {
      const open = await startGatewayUnderTest(servers, { RATE_LIMIT_LOGIN: 'off' });
      const { code, text } = await run(smokeRateLimit, rootWith(), open.url);
      expect([code, text]).toEqual([1, expect.stringContaining('were not counted')]);
      await open.stop();
    });

    it('fails where no gateway answers, and where none is known', async () => {
      expect(await run(smokeRateLimit, await dead())).toEqual({
        code: 1,
        text: expect.stringMatching(/does not answer: .*ECONNREFUSED/),
      });
      expect(await run(smokeRateLimit, rootWith())).toEqual({
        code: 1,
        text: expect.stringContaining('The address of the gateway is unknown'),
      });
    });
  });

  describe('sign-in', () => {
    it('prints a link whose ticket is sent to nobody by being opened', async () => {
      const { code, text } = await run(signIn, rootWith({ ...here(), apiKey: API_KEY }));
      expect([code, text]).toEqual([0, expect.stringMatching(/^http:[/.:0-9]+\/#ticket=[\w-]{43}$/)]);
    });

    it('fails where the key is wrong, and where nothing runs', async () => {
      expect(await run(signIn, rootWith({ ...here(), apiKey: 'another' }))).toEqual({
        code: 1,
        text: expect.stringContaining('No link was made: The API key is unknown'),
      });
      expect(await run(signIn, rootWith())).toEqual({ code: 1, text: expect.stringContaining('npm start') });
    });
  });

  describe('rl:list', () => {
    it('shows every counter with its value and when it ends', async () => {
      await gateway.call('GET', '/nowhere');
      const { code, text } = await run(listCounters, running());
      expect([code, text]).toEqual([0, expect.stringMatching(/^rl:default:127\.0\.0\.1 +\d+ +\d+\.\d s$/m)]);
    });

    it('fails where Redis does not answer, and where none is known', async () => {
      expect(await run(listCounters, await dead())).toEqual({
        code: 1,
        text: expect.stringContaining('could not be read from Redis'),
      });
      expect(await run(listCounters, rootWith())).toEqual({
        code: 1,
        text: expect.stringContaining('The address of Redis is unknown'),
      });
    });
  });

  describe('rotate:encryption-key', () => {
    it('says what the gateway said, and fails where it could not seal', async () => {
      const refused = await run(rotateEncryptionKey, rootWith({ ...here(), apiKey: API_KEY }));
      expect(refused).toEqual({ code: 1, text: expect.stringMatching(/refused .*HTTP 503.*ENCRYPTION_KEY/) });
      const keys = { ENCRYPTION_KEY: 'a1b2c3d4e5f60718'.repeat(4) };
      const sealing = await startGatewayUnderTest(servers, keys);
      const history = await startResponder(servers.nats, 'trade-history');
      history.on(listSealedKeys, () => ({ items: [] }));
      const stack = { ...here(), gatewayUrl: sealing.url, apiKey: API_KEY };
      expect(await run(rotateEncryptionKey, rootWith(stack))).toEqual({
        code: 0,
        text: '0 exchange keys were re-encrypted, 0 used the current key already.',
      });
      const lost = '3f7e4b44-9a31-4c2f-8d7b-1c9e0c2f5f1e';
      const sealed = Buffer.alloc(64).toString('base64');
      history.on(listSealedKeys, () => ({
        items: [{ id: lost, userId: lost, keySealed: sealed, secretSealed: sealed }],
      }));
      expect(await run(rotateEncryptionKey, rootWith(stack))).toEqual({
        code: 2,
        text: expect.stringContaining(lost),
      });
      await history.stop();
      await sealing.stop();
      expect((await run(rotateEncryptionKey, await dead())).code).toBe(1);
    });
  });

  describe('status', () => {
    it('fails where nothing runs, and names the part that does not answer', async () => {
      expect((await run(status, rootWith())).code).toBe(1);
      const { code, text } = await run(status, await dead());
      expect(code).toBe(1);
      expect(text).toMatch(/risk-0 .* (?!ready)\w/);
      expect(text).toContain('trading   not known');
    });

    it('watches until it is interrupted, in place on a terminal only, and shows no key', async () => {
      const open = await startGatewayUnderTest(servers, {});
      for (const isTTY of [false, true]) {
        const interrupt = new AbortController();
        const shown: string[] = [];
        const write = (text: string): void => {
          if (shown.push(text) === 2) interrupt.abort();
        };
        await repeatGlance({ gatewayUrl: open.url, apiKey: API_KEY }, { isTTY, write }, interrupt.signal);
        expect(shown).toHaveLength(2);
        for (const text of shown) {
          expect(text).toMatch(/^trading {3}not known$/m);
          expect(text.includes('\u001b')).toBe(isTTY);
          expect(text).not.toContain(API_KEY);
        }
      }
      await open.stop();
    });
  });

  describe('doctor', () => {
    it('fails with one row for each part that it cannot examine', async () => {
      const { code, text } = await run(doctor, await dead());
      expect(code).toBe(1);
      for (const part of ['Redis', 'NATS', 'PostgreSQL']) {
        expect(text).toMatch(new RegExp(`^${part} +FAILED`, 'm'));
      }
      expect(text).toMatch(/\d+ of \d+ checks failed/);
    });
  });
});
