/** A contract ties a NATS subject to what travels on it. Both ends import it; neither types the string. */
export interface Contract<Subject extends string, Payload extends object, Reply> {
  readonly subject: Subject;
  readonly payload: new () => Payload;
  /** Never set: it only carries the reply's type to the caller. */
  readonly reply?: Reply;
}

/** Asks somebody to do something; may be refused. */
export type Command<Payload extends object, Reply> = Contract<`elvis.command.${string}`, Payload, Reply>;

/** Asks the owner of a fact for it; changes nothing. */
export type Query<Payload extends object, Reply> = Contract<`elvis.query.${string}`, Payload, Reply>;

/** A fact, stored in `ELVIS_EVENTS` and never taken back. */
export interface EventContract<Payload extends object> {
  readonly type: `elvis.event.${string}`;
  readonly version: number;
  readonly payload: new () => Payload;
}

type FeedPrefix = `elvis.market.${string}` | `elvis.presence.${string}`;

/** A lossy update about one symbol; the newest replaces all before it. */
export interface MarketFeed<Payload extends object> {
  readonly prefix: FeedPrefix;
  readonly payload: new () => Payload;
}

export const command = <Payload extends object, Reply>(
  subject: `elvis.command.${string}`,
  payload: new () => Payload,
): Command<Payload, Reply> => ({ subject, payload });

export const query = <Payload extends object, Reply>(
  subject: `elvis.query.${string}`,
  payload: new () => Payload,
): Query<Payload, Reply> => ({ subject, payload });

export const event = <Payload extends object>(
  type: `elvis.event.${string}`,
  payload: new () => Payload,
  version = 1,
): EventContract<Payload> => ({ type, version, payload });

export const marketFeed = <Payload extends object>(
  prefix: FeedPrefix,
  payload: new () => Payload,
): MarketFeed<Payload> => ({ prefix, payload });

/** The envelope that every event travels in; `id` doubles as `Nats-Msg-Id`, so a repeat is stored once. */
export interface EventEnvelope<Payload = unknown> {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** UTC, ISO 8601, milliseconds. */
  readonly time: string;
  /** The service that states the fact. */
  readonly source: string;
  readonly actor: string;
  readonly traceId: string;
  readonly data: Payload;
}
