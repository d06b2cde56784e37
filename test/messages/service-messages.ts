/** What a service says on a wire, by kind, with every id taken out of its name: so that messages can be counted. */
import { EVENT_SUBJECTS, JOURNAL_SUBJECTS, OPEN_ORDERS_BUCKET, journalSubject } from '@elvis/contracts';
import { Line, Passed } from './wire';

type MessageKind =
  /** To a subject that a stream stores. */
  | 'publish'
  /** To another service, or a look into a stream: somebody is asked over NATS and answers. */
  | 'request'
  /** The rest of NATS: answers, acknowledgements, market data, presence. */
  | 'other'
  | 'redis'
  | 'sql';

export interface ServiceMessage {
  readonly kind: MessageKind;
  readonly service: string;
  readonly name: string;
  readonly passed: Passed;
}

const prefixOf = (subjects: string): string => subjects.slice(0, -1);
const STORED = [prefixOf(EVENT_SUBJECTS), prefixOf(JOURNAL_SUBJECTS), '$KV.'];
/** Stored at most once a second, whatever the number of orders. */
const BY_THE_CLOCK = `$KV.${OPEN_ORDERS_BUCKET}.`;
const ASKED = /^(elvis\.(command|query)\.|\$JS\.API\.)/;
/** An open hand for whatever comes; nobody is asked anything. */
const PULL = /^\$JS\.API\.CONSUMER\.MSG\.NEXT\./;
/** A connection's own business. */
const HANDSHAKE = new Set(['AUTH', 'INFO', 'CLIENT', 'HELLO', 'SELECT', 'PING', 'SCRIPT', 'SUBSCRIBE']);
const LONGEST_STATEMENT = 70;

/** Undefined for what is no message of a service: what servers say, and what connections need. */
export function serviceMessage(passed: Passed, ownerOf: (line: Line) => string): ServiceMessage | undefined {
  if (passed.from !== 'caller') return undefined;
  const { kind, name } = named(passed) ?? {};
  return kind && name ? { kind, name, service: ownerOf(passed.line), passed } : undefined;
}

function named({
  protocol,
  verb,
  subject,
  reply,
}: Passed): { readonly kind: MessageKind; readonly name: string } | undefined {
  switch (protocol) {
    case 'nats':
      if (verb !== 'PUB' && verb !== 'HPUB') return undefined;
      return { kind: natsKind(subject, reply), name: withoutIds(subject) };
    case 'redis':
      return HANDSHAKE.has(verb) ? undefined : { kind: 'redis', name: `${verb} ${withoutIds(subject)}` };
    case 'postgres':
      return { kind: 'sql', name: subject.slice(0, LONGEST_STATEMENT) };
  }
}

function natsKind(subject: string, reply: string | undefined): MessageKind {
  if (subject.startsWith(BY_THE_CLOCK)) return 'other';
  if (STORED.some((prefix) => subject.startsWith(prefix))) return 'publish';
  return reply !== undefined && ASKED.test(subject) && !PULL.test(subject) ? 'request' : 'other';
}

const ORDER_RECORD = prefixOf(JOURNAL_SUBJECTS);

/** Subjects and keys that name one order, one reply, one address or one likeness. */
const withoutIds = (name: string): string =>
  name.startsWith(ORDER_RECORD)
    ? `${ORDER_RECORD}*`
    : name.replace(/^(_INBOX|\$JS\.ACK)\..*$/, '$1.*').replace(/(ELVIS_(PACE|REPEATS)|rl:\w+):\S+/g, '$1:*');

/** Whether the message carries the order's id, as it is or as its journal subject has it. */
export const isAbout =
  (clientOrderId: string) =>
  ({ passed: { subject, body } }: ServiceMessage): boolean => {
    const journal = journalSubject(clientOrderId);
    return subject === journal || body.includes(journal) || body.includes(clientOrderId);
  };

/** How often each was said, the most frequent first; `service name` by number. */
export function countByName(messages: readonly ServiceMessage[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { service, name } of messages) {
    const key = `${service} ${name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
