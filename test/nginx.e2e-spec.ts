/** nginx/nginx.conf as it stands, run by Debian's nginx in front of two gateways; only names, ports and paths are replaced. */
import { SubmitOrder, submitOrder } from '@elvis/contracts';
import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { ConnectionOptions, connect as connectTls } from 'node:tls';
import { dirname, join } from 'node:path';
import {
  API_KEY,
  GatewayUnderTest,
  Responder,
  Servers,
  sendBytes,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from '../apps/gateway/test/gateway-under-test';
import { Program, elvisHome, ensurePrograms, freePort, until } from '@elvis/testing';

/** Time to fetch Debian's nginx on a machine that has none. */
const SET_UP_LIMIT_MS = 180_000;

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

describe('nginx in front of two gateways', () => {
  let servers: Servers;
  let gateways: GatewayUnderTest[];
  let risk: Responder;
  let nginx: ChildProcess;
  let folder: string;
  let port: number;
  let plainPort: number;

  const call = (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
    agent?: Agent,
  ): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, method, agent, rejectUnauthorized: false };
      const sent = request(
        {
          ...options,
          headers: { 'x-api-key': API_KEY, ...(body && { 'content-type': 'application/json' }), ...headers },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  /** The answer once nginx lets this address in again. */
  const afterTheFlood = (path: string): Promise<Reply> =>
    until(
      async () => {
        const reply = await call('GET', path);
        return reply.status === 429 ? undefined : reply;
      },
      undefined,
      150_000,
    );

  beforeAll(async () => {
    const { nginx: program } = await ensurePrograms(['nginx'], elvisHome(), {
      say: (line) => console.log(line),
    });
    servers = await startServers();
    risk = await startResponder(servers.nats, 'risk');
    risk.on(submitOrder, (asked: SubmitOrder) => ({
      order: { ...asked, status: 'NEW', filledQuantity: '0', createdAtMs: 1, updatedAtMs: 1 },
      isRepeat: false,
    }));
    const settings = { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_CANCELS: '1/60' };
    gateways = [
      await startGatewayUnderTest(servers, settings),
      await startGatewayUnderTest(servers, settings),
    ];
    folder = mkdtempSync(join(tmpdir(), 'elvis-nginx-'));
    chmodSync(folder, 0o755);
    port = await freePort();
    plainPort = await freePort();
    mkdirSync(join(folder, 'hosts'));
    writeFileSync(join(folder, 'hosts', 'own.map'), 'elvis.example elvis.example;\n');
    const environment = { ...process.env, ...program.env };
    execFileSync(
      opensslOf(program),
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        join(folder, 'tls.key'),
        '-out',
        join(folder, 'tls.crt'),
      ],
      { stdio: 'ignore', env: environment },
    );
    const [first, second] = gateways.map(({ url }) => new URL(url).host);
    const config = readFileSync('nginx/nginx.conf', 'utf8')
      .replaceAll('/tmp/', `${folder}/`)
      .replace('gateway-0:3000', first ?? '')
      .replace('gateway-1:3000', second ?? '')
      .replace('dashboard:8080', `127.0.0.1:${await freePort()}`)
      .replace('listen 8080', `listen 127.0.0.1:${plainPort}`)
      .replace('listen 8443', `listen 127.0.0.1:${port}`)
      .replaceAll('/etc/nginx/tls', folder)
      .replaceAll('/etc/nginx/hosts', join(folder, 'hosts'))
      .replace('/dev/stdout', join(folder, 'access.log'));
    writeFileSync(join(folder, 'nginx.conf'), config);
    nginx = spawn(
      program.path,
      ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'],
      { stdio: 'ignore', env: environment },
    );
    await until(() =>
      call('GET', '/health').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  }, SET_UP_LIMIT_MS);

  afterAll(async () => {
    nginx.kill('SIGTERM');
    await new Promise((resolve) => nginx.once('exit', resolve));
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await risk.stop();
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the directives of the design', () => {
    const config = readFileSync('nginx/nginx.conf', 'utf8');
    for (const directive of [
      'worker_connections 1024;',
      'proxy_buffering on;',
      'proxy_buffer_size 128k;',
      'proxy_buffers 4 256k;',
      'proxy_busy_buffers_size 256k;',
      'client_max_body_size 10M;',
      'upstream backend {',
      'upstream frontend {',
      'limit_req zone',
      'limit_conn connections',
    ]) {
      expect(config).toContain(directive);
    }
  });

  it('passes orders on, with the security headers of both', async () => {
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
    const { status, headers } = await call('POST', '/api/v1/orders', JSON.stringify(order));
    expect(status).toBe(201);
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
    expect(headers['x-content-type-options']).toContain('nosniff');
    expect(headers['x-trace-id']).toBeDefined();
  });

  it('tells the gateways who the client is, and lets no client say it is another', async () => {
    const forged = { 'x-forwarded-for': '10.9.9.9' };
    await call('DELETE', '/api/v1/orders/o-1', undefined, forged);
    const { status } = await call('DELETE', '/api/v1/orders/o-1', undefined, {
      'x-forwarded-for': '10.8.8.8',
    });
    expect(status).toBe(429);
  });

  it.each([
    ['elvis.example', 'HTTP/1.1 308', 'https://elvis.example/docs?x=1'],
    ['ELVIS.example:8080', 'HTTP/1.1 308', 'https://elvis.example/docs?x=1'],
    ['localhost', 'HTTP/1.1 308', 'https://localhost/docs?x=1'],
    ['evil.example', 'HTTP/1.1 421', undefined],
    ['evil.example/elvis.example', 'HTTP/1.1 400', undefined],
    ['elvis.example.evil.example', 'HTTP/1.1 421', undefined],
    ['elvis.example\r\nHost: evil.example', 'HTTP/1.1 400', undefined],
  ])('sends a plain request on to a name of its own alone: Host %j', async (host, line, location) => {
    const answer = await sendBytes(
      `http://127.0.0.1:${plainPort}`,
      `GET /docs?x=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.startsWith(line)).toBe(true);
    expect(/^location: (.*)\r$/im.exec(answer)?.[1]).toBe(location);
    expect(answer).not.toContain('evil');
  });

  it.each(['/api/v1/orders', '/trades?limit=1', '/emergency_stop', '/docs-json'])(
    'sends no program on that shows its key in the clear: %s',
    async (path) => {
      const answer = await sendBytes(
        `http://127.0.0.1:${plainPort}`,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${API_KEY}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).not.toMatch(/^location:/im);
      expect(answer).not.toContain(API_KEY);
    },
  );

  it.each<[string, boolean, ConnectionOptions]>([
    ['TLS 1.3', true, { minVersion: 'TLSv1.3' }],
    [
      'TLS 1.2 with forward secrecy',
      true,
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    ],
    ['TLS 1.2 with CBC', false, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
    ['TLS 1.1', false, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
  ])('speaks %s: %s', async (_what, answer, options) => {
    const spoken = await new Promise<boolean>((resolve) => {
      const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
      socket.once('secureConnect', () => {
        resolve(true);
        socket.end();
      });
      socket.once('error', () => resolve(false));
    });
    expect(spoken).toBe(answer);
  });

  it('sends each security header once, with subdomains in it', async () => {
    const { headers } = await call('GET', '/docs-json');
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual([
      'nosniff',
      'no-referrer',
    ]);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it('refuses a body above 10 MB itself, and lets the gateway answer for one above its own limit', async () => {
    expect((await call('POST', '/api/v1/orders', ' '.repeat(11_000_000))).status).toBe(413);
    const { status, text } = await call('POST', '/api/v1/orders', ' '.repeat(200_000));
    expect([status, text.includes('BODY_TOO_LARGE')]).toEqual([413, true]);
  });

  it('slows a flood down before it reaches a gateway', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 40 });
    const statuses = new Set<number>();
    await until(
      async () => {
        const answers = await Promise.all(
          Array.from({ length: 400 }, () =>
            call('GET', '/health', undefined, {}, agent).catch(() => ({ status: 0 })),
          ),
        );
        for (const { status } of answers) statuses.add(status);
        return statuses.has(429);
      },
      undefined,
      150_000,
    );
    agent.destroy();
    expect(statuses).toContain(200);
  });

  it('goes on with one gateway when the other is gone', async () => {
    const gone = gateways.pop();
    await gone?.stop();
    await until(() => call('GET', '/health').then(({ status }) => status === 200));
    for (let n = 0; n < 10; n += 1) expect((await afterTheFlood('/docs-json')).status).toBe(200);
  });

  it('writes no query string and no key into its log', async () => {
    await afterTheFlood('/trades?secret=in-the-query');
    const log = readFileSync(join(folder, 'access.log'), 'utf8');
    expect(log).toContain('/trades');
    expect(log).not.toContain('in-the-query');
    expect(log).not.toContain(API_KEY);
  });
});

/** Beside an nginx that was unpacked stands an openssl that was too. */
function opensslOf({ path }: Program): string {
  const unpacked = join(dirname(dirname(path)), 'bin', 'openssl');
  return existsSync(unpacked) ? unpacked : 'openssl';
}
