/**
 * What three protocols say on a wire, message by message, from bytes that come in any pieces: NATS, Redis (RESP2) and
 * PostgreSQL. Only as much is read as it takes to name and to count a message.
 */
export type Protocol = 'nats' | 'redis' | 'postgres';
export type Speaker = 'caller' | 'server';

export interface Frame {
  /** NATS: the verb (`PUB`, `MSG`, `CONNECT` ...). Redis: the command, or `reply`. PostgreSQL: `statement` or `other`. */
  readonly verb: string;
  /** NATS: the subject. Redis: what the command is run on. PostgreSQL: the statement. */
  readonly subject: string;
  /** NATS: where the answer is to go. */
  readonly reply?: string;
  /** Everything it carries, for a search by id. */
  readonly body: string;
}

export type Reader = (bytes: Buffer) => Frame[];

export function readerOf(protocol: Protocol, speaker: Speaker): Reader {
  switch (protocol) {
    case 'nats':
      return pieceByPiece(readNats);
    case 'redis':
      return pieceByPiece(speaker === 'caller' ? readCommand : readReply);
    case 'postgres':
      return speaker === 'caller' ? postgresReader() : () => [];
  }
}

interface Step {
  /** Where the next frame begins. */
  readonly end: number;
  readonly frame?: Frame;
}
/** Reads one frame at the start of these bytes; undefined until it is whole. */
type ReadOne = (bytes: Buffer) => Step | undefined;

function pieceByPiece(readOne: ReadOne): Reader {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    const frames: Frame[] = [];
    for (let step = readOne(rest); step; step = rest.length > 0 ? readOne(rest) : undefined) {
      if (step.frame) frames.push(step.frame);
      rest = rest.subarray(step.end);
    }
    return frames;
  };
}

const CRLF = '\r\n';
const WITH_PAYLOAD = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);

function readNats(bytes: Buffer): Step | undefined {
  const lineEnd = bytes.indexOf(CRLF);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('latin1', 0, lineEnd);
  const [word = '', ...words] = line.trim().split(/\s+/);
  const verb = word.toUpperCase();
  const start = lineEnd + CRLF.length;
  if (!WITH_PAYLOAD.has(verb)) {
    return { end: start, frame: { verb, subject: '', body: line.slice(word.length).trim() } };
  }
  const length = Number(words.at(-1));
  const end = start + length + CRLF.length;
  if (bytes.length < end) return undefined;
  const fixed = { PUB: 2, HPUB: 3, MSG: 3, HMSG: 4 }[verb as 'PUB'];
  const reply = words.length > fixed ? words[verb.endsWith('PUB') ? 1 : 2] : undefined;
  return {
    end,
    frame: { verb, subject: words[0] ?? '', reply, body: bytes.toString('utf8', start, end - 2) },
  };
}

function readCommand(bytes: Buffer): Step | undefined {
  const words: string[] = [];
  let lineEnd = bytes.indexOf(CRLF);
  if (lineEnd < 0) return undefined;
  const count = Number(bytes.toString('latin1', 1, lineEnd));
  let at = lineEnd + CRLF.length;
  for (let place = 0; place < count; place += 1) {
    lineEnd = bytes.indexOf(CRLF, at);
    if (lineEnd < 0) return undefined;
    const start = lineEnd + CRLF.length;
    const end = start + Number(bytes.toString('latin1', at + 1, lineEnd));
    if (bytes.length < end + CRLF.length) return undefined;
    words.push(bytes.toString('utf8', start, end));
    at = end + CRLF.length;
  }
  const [command = '', ...args] = words;
  const verb = command.toUpperCase();
  return { end: at, frame: { verb, subject: ranOn(verb, args), body: words.join(' ') } };
}

/** A script is named by what it is and by its keys, another command by its first word. */
function ranOn(verb: string, args: readonly string[]): string {
  if (verb !== 'EVALSHA' && verb !== 'EVAL') return args[0] ?? '';
  const [script = '', count = '0', ...keys] = args;
  const name = verb === 'EVALSHA' ? script : 'text';
  return [name.slice(0, 8), ...keys.slice(0, Number(count))].join(' ');
}

function readReply(bytes: Buffer): Step | undefined {
  const end = replyEnd(bytes, 0);
  return end === undefined ? undefined : { end, frame: { verb: 'reply', subject: '', body: '' } };
}

function replyEnd(bytes: Buffer, start: number): number | undefined {
  const lineEnd = bytes.indexOf(CRLF, start);
  if (lineEnd < 0) return undefined;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const count = Number(bytes.toString('latin1', start + 1, lineEnd));
  let at = lineEnd + CRLF.length;
  if (kind === '$' && count >= 0) {
    at += count + CRLF.length;
    return at <= bytes.length ? at : undefined;
  }
  if (kind !== '*') return at;
  for (let place = 0; place < count; place += 1) {
    const end = replyEnd(bytes, at);
    if (end === undefined) return undefined;
    at = end;
  }
  return at;
}

/** The first message has no type; prepared statements are known by the text they were prepared with. */
function postgresReader(): Reader {
  const prepared = new Map<string, string>();
  let bound = '';
  let isGreeted = false;
  return pieceByPiece((bytes) => {
    const typed = isGreeted ? 1 : 0;
    if (bytes.length < typed + 4) return undefined;
    const end = typed + bytes.readInt32BE(typed);
    if (bytes.length < end) return undefined;
    if (!isGreeted) {
      // A wish for TLS is answered with one letter and followed by the greeting proper.
      isGreeted = bytes.readInt32BE(4) >> 16 === 3;
      return { end };
    }
    const type = String.fromCharCode(bytes[0] ?? 0);
    const [first = '', second = ''] = bytes.toString('utf8', 5, end).split('\0', 2);
    if (type === 'P') prepared.set(first, second);
    if (type === 'B') bound = prepared.get(second) ?? second;
    if (type !== 'Q' && type !== 'E') return { end };
    const text = (type === 'Q' ? first : bound).replace(/\s+/g, ' ').trim();
    return { end, frame: { verb: 'statement', subject: text, body: text } };
  });
}
