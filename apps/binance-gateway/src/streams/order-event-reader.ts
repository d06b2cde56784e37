/**
 * What happens to the orders of the front's keys, as Elvis's events tell it, to whoever listens for a key. Events are heard
 * from the moment of listening on; where one may have been missed everybody is told, because a stream with a hole in it
 * must not go on as if it had none.
 */
import { EventEnvelope, OrderChanged, OrderFilled } from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Events, JSONCodec, NatsConnection, Subscription } from 'nats';

const ORDER_SUBJECTS = 'elvis.event.order.>';
const KNOWN_AT_MOST = 50_000;
const codec = JSONCodec<EventEnvelope<OrderChanged & Partial<OrderFilled>>>();

export interface KeyOrderEvent {
  readonly type: string;
  readonly data: OrderChanged & Partial<OrderFilled>;
  readonly atMs: number;
}

export interface OrderEventListener {
  readonly keyId: string;
  hear(event: KeyOrderEvent): void;
  /** Something may have been missed. */
  lost(): void;
}

@Injectable()
export class OrderEventReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Map<string, Set<OrderEventListener>>();
  /** The newest revision of each order: an event that comes again is old. */
  private readonly revisions = new Map<string, number>();
  private subscription: Subscription | undefined;

  constructor(
    @Inject(NATS) private readonly connection: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.connection.subscribe(ORDER_SUBJECTS, {
      callback: (error, message) => {
        if (error) this.lose('NATS dropped events for this replica of the front');
        else this.read(message.data);
      },
    });
    void this.endOnDisconnect();
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  listen(listener: OrderEventListener): () => void {
    const others = this.listeners.get(listener.keyId) ?? new Set();
    this.listeners.set(listener.keyId, others.add(listener));
    return () => {
      others.delete(listener);
      if (others.size === 0) this.listeners.delete(listener.keyId);
    };
  }

  private async endOnDisconnect(): Promise<void> {
    for await (const { type } of this.connection.status())
      if (type === Events.Disconnect)
        this.lose('The connection to NATS was lost, and with it perhaps events of orders');
  }

  private lose(text: string): void {
    const all = [...this.listeners.values()].flatMap((listeners) => [...listeners]);
    if (all.length > 0)
      this.log.warn(
        { streams: all.length },
        `${text}; user streams were ended, and their clients connect again`,
      );
    for (const listener of all) listener.lost();
  }

  private read(bytes: Uint8Array): void {
    const { type, time, data } = codec.decode(bytes);
    const { order, revision } = data;
    const listeners = order.origin && this.listeners.get(order.origin.keyId);
    if (!listeners || revision <= (this.revisions.get(order.clientOrderId) ?? -1)) return;
    if (this.revisions.size >= KNOWN_AT_MOST) this.revisions.clear();
    this.revisions.set(order.clientOrderId, revision);
    const event = { type, data, atMs: Date.parse(time) };
    for (const listener of listeners) listener.hear(event);
  }
}
