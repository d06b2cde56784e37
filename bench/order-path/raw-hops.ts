/**
 * What the bare transports cost on this machine in this run: one HTTP post, two NATS round trips, one Redis script,
 * one JetStream acknowledgement, one HTTP post. Nothing of Elvis is in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { ChildProcess, fork, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { connect, StorageType } from 'nats';
import { readLua } from '@elvis/platform';
import { ensurePrograms, elvisHome, freePort, startRedis } from '@elvis/testing';
import { Spread, spreadOf } from './percentiles';

export interface RawHops {
  readonly http: Spread;
  readonly nats: Spread;
  readonly redis: Spread;
  readonly jetstream: Spread;
  /** Sum of the medians of the hops an order takes. */
  readonly sumP50: number;
}

const ROUNDS = 2_000;
const BODY = JSON.stringify({
  clientOrderId: 'raw',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.002',
  filler: 'x'.repeat(120),
});

export async function measureRawHops(): Promise<RawHops> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-raw-'));
  const port = await freePort();
  const { nats: program } = await ensurePrograms(['nats'] as const, elvisHome());
  const server: ChildProcess = spawn(
    program.path,
    ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder],
    {
      stdio: 'ignore',
    },
  );
  const redisServer = await startRedis();
  const nats = await connect({ servers: `127.0.0.1:${port}`, waitOnFirstConnect: true });
  const peer = fork(join(__dirname, 'raw-peer.js'), [`127.0.0.1:${port}`]);
  try {
    const { port: httpPort } = await new Promise<{ port: number }>((resolve) =>
      peer.once('message', (m) => resolve(m as { port: number })),
    );
    const agent = new Agent({ keepAlive: true });
    const http = await measure(() => post(httpPort, agent));
    const payload = Buffer.from(BODY);
    const natsTimes = await measure(() => nats.request('raw.echo', payload, { timeout: 2_000 }));
    const redis = new Redis({
      host: redisServer.host,
      port: redisServer.port,
      password: redisServer.password,
    });
    const sha = (await redis.script('LOAD', readLua(__dirname, 'raw-hop'))) as string;
    const redisTimes = await measure(() => redis.evalsha(sha, 1, 'raw', 'field', 'value'));
    const manager = await nats.jetstreamManager();
    await manager.streams.add({ name: 'RAW', subjects: ['raw.stored.>'], storage: StorageType.File });
    const jetstream = nats.jetstream();
    let sequence = 0;
    const stored = await measure(() => jetstream.publish(`raw.stored.${(sequence += 1)}`, payload));
    redis.disconnect();
    agent.destroy();
    return {
      http,
      nats: natsTimes,
      redis: redisTimes,
      jetstream: stored,
      sumP50: 2 * http.p50 + 2 * natsTimes.p50 + redisTimes.p50 + stored.p50,
    };
  } finally {
    peer.kill();
    await nats.close();
    await redisServer.stop();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(hop: () => Promise<unknown>): Promise<Spread> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await hop();
    if (round >= ROUNDS / 10) times.push(performance.now() - startedAt);
  }
  return spreadOf(times);
}

const post = (port: number, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) },
      },
      (response) => {
        response.resume();
        response.on('end', resolve);
      },
    );
    call.on('error', reject);
    call.end(BODY);
  });
