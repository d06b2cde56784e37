/** JetStream's streams with their consumers, copied and brought back by the server's own snapshots. */
import { natsOptions } from '@elvis/platform';
import { open } from 'node:fs/promises';
import { Empty, JSONCodec, NatsConnection, StreamConfig, StreamState, connect, createInbox } from 'nats';

const CHUNK_BYTES = 128 * 1024;
const ANSWER_LIMIT_MS = 30_000;
/** A snapshot whose next chunk does not come in this time has broken off. */
const CHUNK_LIMIT_MS = 60_000;
const codec = JSONCodec<unknown>();

/** What a snapshot was of; it is handed back with it. */
export interface StreamCopy {
  readonly config: StreamConfig;
  readonly state: StreamState;
}

interface ApiAnswer extends Partial<StreamCopy> {
  readonly error?: { readonly description?: string };
  readonly deliver_subject?: string;
}

export async function withProvision<T>(
  url: string,
  use: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const connection = await connect({ ...natsOptions(url, 'backup'), maxReconnectAttempts: 0 });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

export async function streamNames(connection: NatsConnection): Promise<string[]> {
  const manager = await connection.jetstreamManager();
  const names: string[] = [];
  for await (const { config } of manager.streams.list()) names.push(config.name);
  return names.sort();
}

/** @throws Error the snapshot broke off; what the file has is nothing */
export async function snapshotStream(
  connection: NatsConnection,
  stream: string,
  file: string,
): Promise<StreamCopy> {
  const inbox = createInbox('_INBOX_provision');
  const chunks = connection.subscribe(inbox);
  const output = await open(file, 'wx', 0o600);
  // Nothing came for too long: the loop below ends without an end mark.
  let patience = setTimeout(() => chunks.unsubscribe(), CHUNK_LIMIT_MS);
  try {
    const { config, state } = await ask(connection, `$JS.API.STREAM.SNAPSHOT.${stream}`, {
      deliver_subject: inbox,
      chunk_size: CHUNK_BYTES,
      jsck: true,
    });
    if (!config || !state) throw new Error(`NATS did not say what ${stream} is`);
    for await (const { data, reply, headers } of chunks) {
      clearTimeout(patience);
      patience = setTimeout(() => chunks.unsubscribe(), CHUNK_LIMIT_MS);
      if (headers && headers.code >= 300)
        throw new Error(`The snapshot of ${stream} broke off: ${headers.description}`);
      if (data.length === 0) {
        await output.sync();
        return { config, state };
      }
      await output.write(data);
      if (reply) connection.publish(reply, Empty);
    }
    throw new Error(`The snapshot of ${stream} broke off: no more came`);
  } finally {
    clearTimeout(patience);
    chunks.unsubscribe();
    await output.close();
  }
}

/** @throws Error the server has this stream already, or refused what the file has */
export async function restoreStream(
  connection: NatsConnection,
  { config, state }: StreamCopy,
  file: string,
): Promise<void> {
  const { deliver_subject } = await ask(connection, `$JS.API.STREAM.RESTORE.${config.name}`, {
    config,
    state,
  });
  if (!deliver_subject) throw new Error(`NATS does not say where it wants ${config.name}`);
  const input = await open(file, 'r');
  try {
    for (;;) {
      const { bytesRead, buffer } = await input.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      await connection.request(deliver_subject, buffer.subarray(0, bytesRead), { timeout: ANSWER_LIMIT_MS });
    }
    await ask(connection, deliver_subject);
  } finally {
    await input.close();
  }
}

async function ask(connection: NatsConnection, subject: string, question?: object): Promise<ApiAnswer> {
  const payload = question ? codec.encode(question) : Empty;
  const { data } = await connection.request(subject, payload, { timeout: ANSWER_LIMIT_MS });
  const answer = codec.decode(data) as ApiAnswer;
  if (answer.error) throw new Error(`NATS refused ${subject}: ${answer.error.description}`);
  return answer;
}
