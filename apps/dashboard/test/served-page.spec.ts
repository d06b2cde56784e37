/** The page as two servers give it: from a folder built here, over real HTTP. */
import { PAGE_ADDRESSES, loadConfig, startService } from '@elvis/platform';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { DashboardConfig } from '../src/dashboard.config';
import { DashboardModule } from '../src/dashboard.module';
import { startDashboard } from '../src/start-dashboard';

const SCRIPT = 'console.log("one");'.repeat(100);

interface Served {
  readonly url: string;
  readonly opsUrl: string;
  stop(): Promise<void>;
}

async function serve(folder: string): Promise<Served> {
  let url = '';
  const config = loadConfig(DashboardConfig, {
    DASHBOARD_PORT: '0',
    LOG_LEVEL: 'fatal',
    DASHBOARD_FOLDER: folder,
  });
  const service = await startService(
    {
      name: 'dashboard',
      module: DashboardModule,
      config: DashboardConfig,
      start: async (root, settings, log) => {
        const running = await startDashboard(root, settings, log);
        url = running.url;
        return running;
      },
    },
    config,
  );
  return { url, opsUrl: `http://127.0.0.1:${service.opsPort}`, stop: () => service.stop() };
}

/** As a browser asks, without anything opening what comes. */
const bytesOf = (url: string, encodings: string) =>
  new Promise<{ headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': encodings } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(parts) }));
    })
      .on('error', reject)
      .end();
  });

describe('the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-page-'));
  let dashboard: Served;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Elvis</title>');
    writeFileSync(join(folder, 'assets', 'main-1.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'main-1.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, 'assets', 'main-1.js.gz'), gzipSync(SCRIPT));
    dashboard = await serve(folder);
  });

  afterAll(async () => {
    await dashboard.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(PAGE_ADDRESSES)(
    'gives its document at %s, kept nowhere and able to load nothing foreign',
    async (address) => {
      const answer = await fetch(dashboard.url + address.replace(/:\w+/, 'BTCUSDT'));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      );
    },
  );

  it.each([
    ['gzip, deflate, br', 'br', brotliCompressSync(SCRIPT)],
    ['gzip', 'gzip', gzipSync(SCRIPT)],
    ['br;q=0, gzip', 'gzip', gzipSync(SCRIPT)],
    ['identity', undefined, Buffer.from(SCRIPT)],
  ])('gives its files as they were compressed, to who accepts %s', async (encodings, encoding, content) => {
    const { headers, bytes } = await bytesOf(`${dashboard.url}/assets/main-1.js`, encodings);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(bytes.equals(content)).toBe(true);
  });

  it.each([
    '/order',
    '/trades',
    '/assets/main-2.js',
    '/assets/..%2findex.html',
    '/index.html',
    '/api/v1/orders',
  ])('has nothing at %s', async (address) => {
    expect((await fetch(dashboard.url + address)).status).toBe(404);
  });

  it('is ready while the page is there, and says what to do where it is not built', async () => {
    expect((await fetch(`${dashboard.opsUrl}/health/ready`)).status).toBe(200);
    const empty = await serve(join(folder, 'nowhere'));
    const answer = await fetch(empty.url);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await fetch(`${empty.opsUrl}/health/ready`)).status).toBe(503);
    await empty.stop();
  });
});

describe('the addresses of the page', () => {
  it('are those that its router knows', () => {
    const router = readFileSync('apps/dashboard/page/src/shell/router.tsx', 'utf8');
    const known = [...router.matchAll(/^ *'(\/[^']*)',$/gm)].map(([, path = '']) => path.replace('$', ':'));
    expect(PAGE_ADDRESSES).toEqual(expect.arrayContaining(known));
  });
});
