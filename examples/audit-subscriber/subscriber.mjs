// Follows every event of an Elvis: keeps it, shows it, and checks the signed checkpoints of the audit log.
import { createPublicKey, verify } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { JSONCodec, connect } from 'nats';

const STREAM = 'ELVIS_EVENTS';
const CONSUMER = 'AUDITOR';
const CHECKPOINT = 'elvis.event.audit.checkpoint';

const { NATS_URL, FILE = 'events.jsonl', PUBLIC_KEY, ONLY = '', UNTIL_IDLE } = process.env;
if (!NATS_URL) {
  console.error('Set NATS_URL to nats://auditor:password@host:port (natsUrl in .elvis/stack.json).');
  process.exit(1);
}

const { host, username, password } = new URL(NATS_URL);
const user = decodeURIComponent(username);
const connection = await connect({
  servers: host,
  user,
  pass: decodeURIComponent(password),
  inboxPrefix: `_INBOX_${user}`,
  name: 'audit-subscriber',
  maxReconnectAttempts: -1,
});
const codec = JSONCodec();
const publicKey = PUBLIC_KEY && createPublicKey(readFileSync(PUBLIC_KEY));

// A fact may be told twice; its id says so. What is in the file has been seen.
const seen = new Set();
if (existsSync(FILE)) {
  for (const line of readFileSync(FILE, 'utf8').split('\n')) if (line) seen.add(JSON.parse(line).id);
}
const file = openSync(FILE, 'a');

const consumer = await connection.jetstream().consumers.get(STREAM, CONSUMER);
console.error(`Following ${STREAM} from where ${CONSUMER} stopped; ${seen.size} events are in ${FILE}`);
const messages = await consumer.consume({ max_messages: 200 });
const stop = () => messages.stop();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
let idle;

const waitForMore = () => {
  clearTimeout(idle);
  if (UNTIL_IDLE) idle = setTimeout(stop, Number(UNTIL_IDLE));
};

waitForMore();
for await (const message of messages) {
  waitForMore();
  const event = read(message);
  if (event && !seen.has(event.id)) {
    // Kept first, acknowledged after: a crash in between brings it again, and its id tells.
    writeSync(file, `${JSON.stringify(event)}\n`);
    seen.add(event.id);
    if (event.type.startsWith(ONLY)) show(event);
  }
  // Synchronised once for all that came together.
  if (messages.getPending() === 0 || !event) fsyncSync(file);
  message.ack();
}
fsyncSync(file);
closeSync(file);
await connection.drain();

function read(message) {
  try {
    const event = codec.decode(message.data);
    return typeof event?.id === 'string' && typeof event.type === 'string' ? event : undefined;
  } catch {
    console.error(`Message ${message.seq} is no event`);
    return undefined;
  }
}

function show({ time, type, actor, data }) {
  if (type === CHECKPOINT) console.log(`${time}  ${type}  entry ${data.seq}: ${vouch(data)}`);
  else console.log(`${time}  ${type}  ${actor}  ${JSON.stringify(data).slice(0, 200)}`);
}

function vouch({ seq, hash, createdAt, signature }) {
  if (!publicKey) return 'signature not checked (PUBLIC_KEY is not set)';
  const text = `elvis-audit-checkpoint:1:${seq}:${hash}:${createdAt}`;
  const isGenuine = verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
  return isGenuine ? 'signature is genuine' : 'SIGNATURE IS FORGED';
}
