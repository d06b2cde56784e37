/** Calls generated from the OpenAPI document by openapi-typescript: they compile strictly, and a gateway answers them. */
import {
  ListOrders,
  SubmitOrder,
  orderBookFeed,
  findOrder,
  listOpenOrders,
  markFeed,
  submitOrder,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@elvis/testing';
import {
  API_KEY,
  GatewayUnderTest,
  Responder,
  Servers,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { PAGE_TYPES, pageTypes } from '../../apps/gateway/src/programs/page-types';

const SLOW_MACHINE_MS = 180_000;
const run = promisify(execFile);
const program = (path: string): string => resolve('node_modules', path);

describe('calls generated from the OpenAPI document', () => {
  let servers: Servers;
  let gateway: GatewayUnderTest;
  let others: Responder[];
  let market: NatsConnection;
  let folder: string;

  const orderOf = (asked: SubmitOrder) => ({
    ...asked,
    status: 'NEW',
    filledQuantity: '0',
    decisionId: '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11',
    createdAtMs: 1,
    updatedAtMs: 1,
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'elvis-typed-'));
    servers = await startServers();
    gateway = await startGatewayUnderTest(servers, { KILL_SWITCH_ANSWER_TIMEOUT_MS: '100' });
    const risk = await startResponder(servers.nats, 'risk');
    const execution = await startResponder(servers.nats, 'execution');
    const placed = { clientOrderId: 'typed-1', symbol: 'BTCUSDT', quantity: '0.010' } as SubmitOrder;
    risk.on(submitOrder, (asked: SubmitOrder) => ({ order: orderOf(asked), isRepeat: false }));
    execution.on(findOrder, () => orderOf(placed));
    execution.on(listOpenOrders, (_: ListOrders) => ({ items: [orderOf(placed)], nextCursor: null }));
    others = [risk, execution];
    market = await connect(natsOptions(servers.nats.urls['market-data'], 'typed-market'));
  });

  afterAll(async () => {
    await market.close();
    await Promise.all(others.map((other) => other.stop()));
    await gateway.stop();
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "are those of the dashboard's page: `npm run docs:page-types` writes them",
    async () => {
      const { text } = await gateway.call('GET', '/docs-json', { key: null });
      // Compared by lines: the whole of both would fill the screen.
      const [served, committed] = [
        pageTypes(JSON.parse(text) as object, resolve('.')),
        readFileSync(PAGE_TYPES, 'utf8'),
      ].map((types) => types.split('\n'));
      expect(served?.filter((line, index) => line !== committed?.[index]).slice(0, 5)).toEqual([]);
      expect(committed).toHaveLength(served?.length ?? 0);
    },
    SLOW_MACHINE_MS,
  );

  it(
    'compile strictly and are answered as their types say',
    async () => {
      const { text } = await gateway.call('GET', '/docs-json', { key: null });
      writeFileSync(join(folder, 'document.json'), text);
      const generate = [program('openapi-typescript/bin/cli.js'), 'document.json', '-o', 'generated.ts'];
      await run(process.execPath, generate, { cwd: folder });
      copyFileSync('test/openapi/typed-calls.ts.txt', join(folder, 'typed-calls.ts'));
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const strictly = ['--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
      const compile = [program('typescript/bin/tsc'), ...strictly, 'typed-calls.ts'];
      const said = await run(process.execPath, compile, { cwd: folder }).catch(
        ({ stdout }: { stdout: string }) => ({ stdout }),
      );
      expect(said.stdout).toBe('');

      await until(async () => {
        const levels = [['57000.10', '1']];
        const heard = { symbol: 'BTCUSDT', ageMs: 1 };
        const book = { ...heard, bids: levels, asks: levels, updateId: '1' };
        market.publish(`${orderBookFeed.prefix}.BTCUSDT`, JSONCodec().encode(book));
        market.publish(`${markFeed.prefix}.BTCUSDT`, JSONCodec().encode({ ...heard, mark: '57000.15' }));
        return (await gateway.call('GET', '/api/v1/market/BTCUSDT')).status === 200;
      });
      const { stdout } = await run(process.execPath, ['typed-calls.js', gateway.url, API_KEY], {
        cwd: folder,
      });
      expect(JSON.parse(stdout)).toEqual({
        status: 'NEW',
        quantity: '0.010',
        found: 'typed-1',
        items: 1,
        next: null,
        isDrained: false,
        mark: '57000.15',
        health: { status: 'ok' },
      });
    },
    SLOW_MACHINE_MS,
  );
});
