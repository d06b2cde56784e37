/**
 * `npm run doctor`: the preflight, and the gate in front of `testnet` and `live`. One row per question; exits 0 only if
 * nothing failed. It reads, tries one message that has to be
 * refused, and tells the running system what it found: go/no-go asks for it.
 *
 * It examines the account that the running system trades; where the environment (or `.env`) names a host, that one.
 */
import { EVENT_STREAM, HALTS_BUCKET, JOURNAL_STREAM, OPEN_ORDERS_BUCKET, placeOrder } from '@elvis/contracts';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NatsConnection, StreamInfo } from 'nats';
import { Client } from 'pg';
import { givenValues } from '../launcher/settings';
import { accountToExamine } from './account-to-examine';
import { examineClearance } from './clearance-examination';
import { Finding, examineExchange } from './exchange-examination';
import { recordProof } from './record-proof';
import { RunningSystem, Verb, findRunningSystem, openNats, openRedis, table } from './running-system';

export async function operate({ root }: Verb): Promise<number> {
  const startedAtMs = Date.now();
  const system = findRunningSystem(root);
  const given = givenValues(root);
  const findings = (
    await Promise.all([
      examineFiles(root, given.ELVIS_HOME ?? '.elvis'),
      examineAccount(system, given),
      examineRedis(system),
      examineNats(system),
      examineDatabase(system, given),
      examineClearance(system.stack, given),
    ])
  ).flat();
  console.log(
    table(
      ['what', 'verdict', 'detail'],
      findings.map(({ what, verdict, detail }) => [what, verdict, detail]),
    ),
  );
  const failures = findings.filter(({ verdict }) => verdict === 'FAILED');
  const failed = failures.length;
  console.log(
    `\n${failed === 0 ? 'Everything is in order.' : `${failed} of ${findings.length} checks failed; correct the lines above.`}`,
  );
  if (system.stack)
    await recordProof(root, {
      kind: 'doctor',
      startedAtMs,
      counts: { checks: findings.length },
      broken: failures.map(({ what, detail }) => `${what}: ${detail}`),
    });
  return failed === 0 ? 0 : 1;
}

async function examineAccount(
  { stack }: RunningSystem,
  given: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  try {
    const account = accountToExamine(stack, given);
    return [{ what: 'account', verdict: 'ok', detail: account.source }, ...(await examineExchange(account))];
  } catch (error) {
    return [failure('account', error)];
  }
}

function examineFiles(root: string, home: string): Promise<Finding[]> {
  const findings = ['secrets.json', 'stack.json'].flatMap((name): Finding[] => {
    try {
      const mode = statSync(resolve(root, home, name)).mode & 0o777;
      const detail = `mode ${mode.toString(8)}`;
      return [{ what: `${home}/${name}`, verdict: (mode & 0o077) === 0 ? 'ok' : 'FAILED', detail }];
    } catch {
      return [];
    }
  });
  return Promise.resolve(findings);
}

async function examineRedis({ redis: address }: RunningSystem): Promise<Finding[]> {
  if (!address)
    return [{ what: 'Redis', verdict: 'FAILED', detail: 'no address: set REDIS_HOST, or start Elvis' }];
  try {
    const redis = await openRedis(address);
    try {
      const text = await redis.info();
      const value = (name: string): string =>
        new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '?';
      const expect = (what: string, name: string, wanted: string): Finding => ({
        what,
        verdict: value(name) === wanted ? 'ok' : 'FAILED',
        detail: `${name} is ${value(name)}${value(name) === wanted ? '' : `, has to be ${wanted}`}`,
      });
      return [
        {
          what: 'Redis',
          verdict: 'ok',
          detail: `${address.host}:${address.port}, version ${value('redis_version')}`,
        },
        expect('Redis persistence', 'aof_enabled', '1'),
        expect('Redis last write', 'aof_last_write_status', 'ok'),
        expect('Redis eviction', 'maxmemory_policy', 'noeviction'),
        expect('Redis Cluster', 'cluster_enabled', '0'),
      ];
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    return [failure('Redis', error)];
  }
}

async function examineNats({ operatorNatsUrl }: RunningSystem): Promise<Finding[]> {
  if (!operatorNatsUrl)
    return [{ what: 'NATS', verdict: 'FAILED', detail: 'no address: set NATS_URL, or start Elvis' }];
  try {
    const connection = await openNats(operatorNatsUrl);
    try {
      const buckets = [HALTS_BUCKET, OPEN_ORDERS_BUCKET].map((bucket) => `KV_${bucket}`);
      const streams = [EVENT_STREAM, JOURNAL_STREAM, ...buckets];
      return [
        {
          what: 'NATS',
          verdict: 'ok',
          detail: `${connection.getServer()}, version ${connection.info?.version ?? '?'}`,
        },
        ...(await Promise.all(streams.map((stream) => examineStream(connection, stream)))),
        await examinePermissions(connection),
      ];
    } finally {
      await connection.close();
    }
  } catch (error) {
    return [failure('NATS', error)];
  }
}

async function examineStream(connection: NatsConnection, stream: string): Promise<Finding> {
  const what = `stream ${stream}`;
  try {
    const reply = await connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: 2_000 });
    const { config, state, error } = reply.json<StreamInfo & { error?: { description: string } }>();
    if (error) return { what, verdict: 'FAILED', detail: error.description };
    const detail = `${state.messages} messages, ${config.storage}, ${config.num_replicas} replica(s)`;
    return { what, verdict: String(config.storage) === 'file' ? 'ok' : 'FAILED', detail };
  } catch (error) {
    return failure(what, error);
  }
}

/** The operator tries to place an order behind risk's back; a server that lets him has no permissions. */
async function examinePermissions(connection: NatsConnection): Promise<Finding> {
  const what = 'NATS permissions';
  const refused = new Promise<boolean>((resolve) => {
    void (async () => {
      for await (const status of connection.status())
        if (String(status.type) === 'error') return resolve(true);
      resolve(false);
    })();
  });
  connection.publish(placeOrder.subject, '{}');
  await connection.flush();
  const inTime = pause(500, false, { ref: false });
  return (await Promise.race([refused, inTime]))
    ? { what, verdict: 'ok', detail: 'only risk may place' }
    : {
        what,
        verdict: 'FAILED',
        detail: `this user may publish ${placeOrder.subject}; give each service its own`,
      };
}

async function examineDatabase(
  { stack }: RunningSystem,
  given: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const address = stack?.database ?? {
    host: given.DB_HOST,
    port: Number(given.DB_PORT ?? 5432),
    user: given.DB_USER ?? 'elvis',
    password: given.DB_PASSWORD,
    name: given.DB_NAME ?? 'elvis',
  };
  const what = 'PostgreSQL';
  if (!address.host) return [{ what, verdict: 'FAILED', detail: 'no address: set DB_HOST, or start Elvis' }];
  const { name: database, ...login } = address;
  const client = new Client({ ...login, database, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; fsync: string }>(
      "SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync",
    );
    const { version = '?', fsync = '?' } = rows[0] ?? {};
    return [
      { what, verdict: fsync === 'on' ? 'ok' : 'FAILED', detail: `version ${version}, fsync ${fsync}` },
    ];
  } catch (error) {
    return [failure(what, error)];
  } finally {
    await client.end().catch(() => undefined);
  }
}

const failure = (what: string, error: unknown): Finding => ({
  what,
  verdict: 'FAILED',
  detail: error instanceof Error ? error.message : String(error),
});
