/**
 * JetStream as the records of Elvis use it: a message stored only where the newest of its subject still stands as it was
 * read, and a message read from the stream's leader, never from a mirror that may lag.
 */
import { JSONCodec, headers } from 'nats';
import { RequestTerms, Requests } from './requests';

/** The newest message of the subject is another one than expected. */
const WRONG_LAST_SEQUENCE = 10071;
/** The stream is there and holds no such message; a stream that is gone answers 404 as well. */
const NO_MESSAGE_FOUND = 10037;

interface JetStreamError {
  readonly err_code?: number;
  readonly description: string;
}

/** JetStream answered, and did not do what it was asked. */
export class JetStreamRefusal extends Error {
  readonly description: string;
  /** The server's own number, such as 10071 for another last sequence than expected. */
  readonly number: number | undefined;

  constructor({ err_code, description }: JetStreamError) {
    super(`JetStream refused: ${description}`);
    this.description = description;
    this.number = err_code;
  }
}

/**
 * Has a stream store the message and answers the sequence it stands at.
 *
 * @throws JetStreamRefusal the stream did not take it
 * @throws NatsError as `Requests.request`: it may or may not be stored
 */
export async function storedAt(
  requests: Requests,
  subject: string,
  data: Uint8Array,
  terms: RequestTerms,
): Promise<number> {
  const answer = await requests.request(subject, data, terms);
  const { seq, error } = answer.json<{ readonly seq?: number; readonly error?: JetStreamError }>();
  // A refusal names the sequence 0.
  if (error || !seq) throw new JetStreamRefusal(error ?? { description: 'no sequence' });
  return seq;
}

/**
 * The same if the newest message of the subject stands at `expectedSequence` (0: none); undefined if another writer came
 * first.
 *
 * @throws JetStreamRefusal, NatsError as `storedAt`
 */
export async function storedAfter(
  requests: Requests,
  subject: string,
  data: Uint8Array,
  expectedSequence: number,
  timeoutMs: number,
): Promise<number | undefined> {
  const expected = headers();
  expected.set('Nats-Expected-Last-Subject-Sequence', `${expectedSequence}`);
  try {
    return await storedAt(requests, subject, data, { headers: expected, timeoutMs });
  } catch (error) {
    if (error instanceof JetStreamRefusal && error.number === WRONG_LAST_SEQUENCE) return undefined;
    throw error;
  }
}

export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly data: Buffer;
}

/** The newest of a subject, the one at a sequence, or the first of these subjects from there on. */
export type MessageWish =
  { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj?: string };

/**
 * Undefined if the stream holds no such message.
 *
 * @throws JetStreamRefusal the stream did not give it
 * @throws NatsError as `Requests.request`
 */
export async function readMessage(
  requests: Requests,
  stream: string,
  wish: MessageWish,
  timeoutMs: number,
): Promise<StoredMessage | undefined> {
  interface Answer {
    readonly message?: { readonly subject: string; readonly data?: string; readonly seq: number };
    readonly error?: JetStreamError;
  }
  const subject = `$JS.API.STREAM.MSG.GET.${stream}`;
  const answer = await requests.request(subject, JSONCodec().encode(wish), { timeoutMs });
  const { message, error } = answer.json<Answer>();
  if (message)
    return {
      subject: message.subject,
      sequence: message.seq,
      data: Buffer.from(message.data ?? '', 'base64'),
    };
  if (error?.err_code === NO_MESSAGE_FOUND) return undefined;
  throw new JetStreamRefusal(error ?? { description: 'JetStream gave no reason' });
}
