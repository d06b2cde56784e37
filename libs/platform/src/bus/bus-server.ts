/**
 * Nest's NATS server, taught to begin and to finish: it listens when the server knows what is served here, not when that
 * was asked for, and a stop answers every request already taken. What is done for a request is logged under its trace.
 */
import { ServerNats } from '@nestjs/microservices';
import { MsgHdrs, NatsConnection, Subscription } from 'nats';
import { TRACE_HEADER, withTrace } from '../observability/trace';

const DRAIN_LIMIT_MS = 10_000;

export class BusServer extends ServerNats {
  private inFlight = 0;
  private idle: (() => void) | undefined;
  private heard = false;

  /** Whether NATS delivers here what is served here. */
  get isHeard(): boolean {
    return this.heard;
  }

  override start(callback: Parameters<ServerNats['start']>[0]): void {
    const { natsClient } = this.inside;
    if (!natsClient)
      return callback(
        new Error('NATS is unavailable, so requests of other services cannot be received; check NATS_URL'),
      );
    this.bindEvents(natsClient);
    this.on('disconnect', () => (this.heard = false));
    // The client has subscribed again by then, but the server need not have read it.
    this.on('reconnect', () => void this.settle(natsClient).catch(() => undefined));
    this.settle(natsClient).then(
      () => callback(),
      // Lost just now, it subscribes again when it is back.
      (error: unknown) => (natsClient.isClosed() ? callback(error) : callback()),
    );
  }

  override async handleMessage(...args: Parameters<ServerNats['handleMessage']>): Promise<void> {
    this.inFlight += 1;
    const [, message] = args as unknown as [
      string,
      { respond: (...reply: unknown[]) => boolean; reply?: string; headers?: MsgHdrs },
    ];
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      this.inFlight -= 1;
      if (this.inFlight === 0) this.idle?.();
    };
    const respond = message.respond.bind(message);
    message.respond = (...reply: unknown[]): boolean => {
      const sent = respond(...reply);
      settle();
      return sent;
    };
    try {
      await withTrace(message.headers?.get(TRACE_HEADER), () => super.handleMessage(...args));
      if (!message.reply) settle();
    } catch (error) {
      settle();
      throw error;
    }
  }

  /** A subject is its own route. Nest would first try to read each as JSON, and fail. */
  protected override getRouteFromPattern(pattern: string): string {
    return pattern;
  }

  override async close(): Promise<void> {
    const { natsClient, subscriptions } = this.inside;
    if (!natsClient) return;
    this.heard = false;
    await Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
    await this.untilIdle();
    await natsClient.flush().catch(() => undefined);
    await super.close();
  }

  private async settle(natsClient: NatsConnection): Promise<void> {
    await natsClient.flush();
    this.heard = true;
  }

  private get inside(): {
    readonly natsClient: NatsConnection | null;
    readonly subscriptions: Subscription[];
  } {
    return this as unknown as { natsClient: NatsConnection | null; subscriptions: Subscription[] };
  }

  private async untilIdle(): Promise<void> {
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, DRAIN_LIMIT_MS);
      this.idle = () => {
        clearTimeout(deadline);
        resolve();
      };
    });
  }
}
