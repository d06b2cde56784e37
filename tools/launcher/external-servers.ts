/** Servers that somebody else runs are used as they are; one that does not answer is named before anything starts. */
import { natsOptions } from '@elvis/platform';
import { connect } from 'nats';
import { Client } from 'pg';
import { firstWords } from './servers';
import { Settings } from './settings';

/** @throws Error naming every server that was asked for and does not answer */
export async function requireExternalServers({
  external,
  redis,
  database,
  natsUrls,
}: Settings): Promise<void> {
  const problems = await Promise.all([
    external.redis && whyNot('REDIS_HOST', () => askRedis(redis)),
    external.nats && whyNot('NATS_URL', () => askNats(natsUrls.provision)),
    external.postgres && whyNot('DB_HOST', () => askPostgres(database)),
  ]);
  const found = problems.filter((problem) => typeof problem === 'string');
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function whyNot(variable: string, ask: () => Promise<void>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    return `${variable}: Elvis did not start, because this server cannot be used (${error instanceof Error ? error.message : String(error)})`;
  }
}

async function askRedis({ host, port, password }: Settings['redis']): Promise<void> {
  const login = password ? `AUTH ${password}\r\n` : '';
  const answer = await firstWords(port, `${login}PING\r\n`, host);
  if (answer === undefined) throw new Error('Redis did not answer; check that it runs at this address');
  if (answer.startsWith('-'))
    throw new Error(
      `Redis answered with the error ${answer.slice(1).split(' ')[0]}; check its password and its log`,
    );
}

async function askNats(url: string): Promise<void> {
  const connection = await connect({ ...natsOptions(url, 'elvis-start'), maxReconnectAttempts: 0 });
  await connection.close();
}

async function askPostgres({ host, port, user, password, name }: Settings['database']): Promise<void> {
  const client = new Client({ host, port, user, password, database: name, connectionTimeoutMillis: 5_000 });
  await client.connect();
  await client.end();
}
