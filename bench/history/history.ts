/**
 * What answers questions about history, and nothing else: a database that writes to disk, Redis, NATS, the service and
 * the gateway, each a process as it is deployed. The rest of Elvis trades a moving market, wakes six processes ten
 * times a second, and on two cores would be what the latencies measure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { WALKING } from '../../apps/trade-history/src/database/database';
import { LastingDatabase, startTradeHistory } from '../../apps/trade-history/test/lasting';
import { LOOPBACK, Running, freePort, startNats, startRedis } from '@elvis/testing';
import { startGatewayProcess } from '../gateway/workers';

const API_KEY = 'bench-3f0d9a4c7b1e6852';

export interface RunningHistory {
  /** The owner's. */
  readonly pool: Pool;
  /** Set up as the service's own connections for pages are. */
  readonly walks: Pool;
  readonly service: Running;
  readonly gateway: Running;
  readonly get: (path: string) => Promise<IncomingMessage>;
  /** @throws Error any status but `status` */
  readonly read: (path: string, status?: number) => Promise<string>;
  /** Everything written so far is on disk, as in a database that has stood for an hour. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startHistory(): Promise<RunningHistory> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-bench-'));
  const [[database, postgres], nats, redis] = await Promise.all([
    LastingDatabase.make(folder),
    startNats(),
    startRedis({ lasting: true }),
  ]);
  const service = await startTradeHistory(nats, database, '/health/ready');
  const port = await freePort();
  const gateway = await startGatewayProcess(
    { ...redis.env, NATS_URL: nats.urls.gateway, API_KEY, RATE_LIMIT_DEFAULT: 'off' },
    port,
  );
  const pool = new Pool({ ...database.client, max: 4 });
  const walks = new Pool({ ...database.client, max: 1, options: WALKING });
  const agent = new Agent({ keepAlive: true });
  const get = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = { host: LOOPBACK, port, path, agent, headers: { 'x-api-key': API_KEY } };
      request(options, resolve).on('error', reject).end();
    });
  return {
    pool,
    walks,
    service,
    gateway,
    get,
    read: async (path, status = 200) => {
      const response = await get(path);
      let text = '';
      for await (const chunk of response) text += String(chunk);
      if (response.statusCode !== status)
        throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`);
      return text;
    },
    settle: async () => {
      const admin = new Client(database.admin);
      await admin.connect();
      await admin.query('CHECKPOINT');
      await admin.end();
    },
    stop: async () => {
      agent.destroy();
      await gateway.stop();
      await service.stop();
      await Promise.all([pool.end(), walks.end()]);
      await Promise.all([nats.stop(), redis.stop()]);
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
