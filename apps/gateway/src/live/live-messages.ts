/**
 * Everything that happens, numbered, for those who listen: the newest thousands are kept, so that a client that was
 * away for a moment goes on where it stopped. Numbers belong to one gateway's life, which has a name of its own. Until
 * the first client comes nothing is asked of NATS: every order's events would be read for nobody.
 */
import { EventEnvelope, OrderFilled, orderFilled } from '@elvis/contracts';
import { NatsLink } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { JSONCodec } from 'nats';
import { randomUUID } from 'node:crypto';
import { withIsoTimes } from '../rest/iso-time';
import { subscribeToFeeds } from './presence-feeds';
import { LIVE_SUBJECTS, LiveMessage, Topic, keyOf, topicOf } from './topics';

const KEPT = 5_000;
const codec = JSONCodec<EventEnvelope>();

export type Listener = (message: LiveMessage) => void;

@Injectable()
export class LiveMessages {
  /** Names this life of this gateway. */
  readonly life = randomUUID().slice(0, 8);
  private readonly kept: LiveMessage[] = [];
  private readonly listeners = new Map<Listener, ReadonlySet<Topic>>();
  private seq = 0;
  private begun: Promise<void> | undefined;

  constructor(private readonly link: NatsLink) {}

  /** To be waited for before a client is welcomed: from then on nothing that happens is missed. */
  begin(): Promise<void> {
    this.begun ??= this.subscribe();
    return this.begun;
  }

  get newest(): number {
    return this.seq;
  }

  /** Every message goes to the listener; `topics` may change, and says what it is here for. */
  listen(listener: Listener, topics: ReadonlySet<Topic>): () => void {
    this.listeners.set(listener, topics);
    return () => this.listeners.delete(listener);
  }

  /** Whether anybody listens to this. */
  isHeard(topic: Topic): boolean {
    return [...this.listeners.values()].some((topics) => topics.has(topic));
  }

  /** What came after `place` (`<life>-<seq>`); undefined if that is not known any more. */
  since(place: string): readonly LiveMessage[] | undefined {
    const [, life, text] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(place) ?? [];
    const seq = Number(text);
    if (life !== this.life || seq > this.seq) return undefined;
    const first = this.kept[0]?.seq ?? this.seq + 1;
    return seq + 1 >= first ? this.kept.filter((message) => message.seq > seq) : undefined;
  }

  publish(topic: Topic, type: string, time: string, data: unknown, key?: string, owner?: string): void {
    const seq = (this.seq += 1);
    const message: LiveMessage = {
      seq,
      topic,
      type,
      time,
      ...(key && { key }),
      data,
      ...(owner && { owner }),
    };
    this.kept.push(message);
    if (this.kept.length > KEPT) this.kept.splice(0, this.kept.length - KEPT);
    for (const listener of this.listeners.keys()) listener(message);
  }

  private subscribe(): Promise<void> {
    this.link.whenItStands((connection) => {
      for (const subject of LIVE_SUBJECTS)
        connection.subscribe(subject, {
          callback: (error, message) => {
            if (error) return;
            try {
              this.publishEvent(codec.decode(message.data));
            } catch {
              // A message that is no event is the business of those who store them.
            }
          },
        });
      subscribeToFeeds(connection, (topic, type, data, key, owner) =>
        this.publish(topic, type, new Date().toISOString(), withIsoTimes(data), key, owner),
      );
    });
    return this.link.isUp ? this.link.settle() : Promise.resolve();
  }

  private publishEvent(event: EventEnvelope): void {
    const topic = topicOf(event.type);
    if (!topic) return;
    const { type, time } = event;
    const data = withIsoTimes(event.data);
    const owner = topic === 'bots' ? (event.data as { readonly owner?: string }).owner : undefined;
    this.publish(topic, type, time, data, keyOf(event), owner);
    if (type === orderFilled.type) {
      this.publish('fills', type, time, withIsoTimes((event.data as OrderFilled).fill));
    }
    if (type.startsWith('elvis.event.kill-switch.')) this.publish('trading-state', type, time, data);
  }
}
