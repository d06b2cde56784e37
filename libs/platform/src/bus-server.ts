/** Nest's NATS server, taught to finish what it has begun: a stop answers every request already taken. */
import { ServerNats } from '@nestjs/microservices';
import { NatsConnection, Subscription } from 'nats';

const DRAIN_LIMIT_MS = 10_000;

export class BusServer extends ServerNats {
  private inFlight = 0;
  private idle: (() => void) | undefined;

  override async handleMessage(...args: Parameters<ServerNats['handleMessage']>): Promise<void> {
    this.inFlight += 1;
    const [, message] = args as unknown as [
      string,
      { respond: (...reply: unknown[]) => boolean; reply?: string },
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
      await super.handleMessage(...args);
      if (!message.reply) settle();
    } catch (error) {
      settle();
      throw error;
    }
  }

  override async close(): Promise<void> {
    const { natsClient, subscriptions } = this as unknown as {
      natsClient: NatsConnection | null;
      subscriptions: Subscription[];
    };
    if (!natsClient) return;
    await Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
    await this.untilIdle();
    await natsClient.flush().catch(() => undefined);
    await super.close();
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
