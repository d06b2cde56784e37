/**
 * The way to NATS of a service that is useful without it: it may come to stand later than the service, and what uses it
 * says what it wants as soon as it does. Until then, and whenever it is unavailable, nothing is kept back to be sent
 * late.
 */
import { connect, NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { natsOptions } from './nats-connection';

const TRY_AGAIN_MS = 250;
const FIRST_ANSWER_MS = 5_000;

export class NatsLink {
  private connection: NatsConnection | undefined;
  private connected = false;
  /** Subscriptions that the server may not have read yet. */
  private settling = 0;
  private isOver = false;
  private readonly wishes: ((connection: NatsConnection) => void)[] = [];

  private constructor() {}

  /** A link over a connection that stands; a link stays what it is. */
  static over(given: NatsConnection | NatsLink): NatsLink {
    if (given instanceof NatsLink) return given;
    const link = new NatsLink();
    link.stand(given);
    return link;
  }

  /** Answers at once and connects behind that, however long it takes; each new reason of a failure is told once. */
  static open(natsUrl: string, name: string, onFailure: (reason: string) => void): NatsLink {
    const link = new NatsLink();
    void link.reach(natsUrl, name, onFailure);
    return link;
  }

  /** Whether what is sent now is sent now. */
  get isUp(): boolean {
    return this.connected;
  }

  /** Once it stands for the first time it heals itself; undefined until then. */
  get standing(): NatsConnection | undefined {
    return this.connection;
  }

  /** Whether the server has read all that was subscribed to before the last `settle`, or the last connecting. */
  get isSettled(): boolean {
    return this.connected && this.settling === 0;
  }

  /** Returns when the server has read what was subscribed to until now, or the connection is lost. */
  async settle(): Promise<void> {
    if (!this.connection) return;
    this.settling += 1;
    await this.connection.flush().catch(() => undefined);
    this.settling -= 1;
  }

  /** Calls `use` when the connection stands for the first time; at once if it has. */
  whenItStands(use: (connection: NatsConnection) => void): void {
    if (this.connection) use(this.connection);
    else this.wishes.push(use);
  }

  async close(): Promise<void> {
    this.isOver = true;
    await this.connection?.drain().catch(() => undefined);
  }

  private async reach(natsUrl: string, name: string, onFailure: (reason: string) => void): Promise<void> {
    let told: string | undefined;
    while (!this.isOver) {
      try {
        const connection = await connect({ ...natsOptions(natsUrl, name), timeout: FIRST_ANSWER_MS });
        if (this.isOver) return await connection.close();
        return this.stand(connection);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told) onFailure(reason);
        told = reason;
      }
      await pause(TRY_AGAIN_MS, undefined, { ref: false });
    }
  }

  private stand(connection: NatsConnection): void {
    this.connection = connection;
    this.connected = !connection.isClosed();
    void this.follow(connection);
    for (const use of this.wishes.splice(0)) use(connection);
    void this.settle();
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      const type: string = status.type;
      if (type === 'disconnect') this.connected = false;
      if (type === 'reconnect') {
        this.connected = true;
        void this.settle();
      }
    }
    this.connected = false;
  }
}
