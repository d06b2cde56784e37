/** A whole Elvis whose words to NATS, Redis and PostgreSQL pass wires that a test listens on. */
import { RunningStack, holderOf, startStack, startWiredServers } from '@elvis/testing';
import { Line, Passed, Wire } from './wire';

export class TappedStack {
  private readonly heard: Passed[] = [];
  private readonly owners = new Map<Line, string>();
  private isListening = false;

  private constructor(
    readonly running: RunningStack,
    /** Past the wire. */
    readonly redisUrl: string,
    private readonly redis: Wire,
    readonly stop: () => Promise<void>,
    tell: { hear: (passed: Passed) => void },
  ) {
    tell.hear = (passed) => {
      if (this.isListening) this.heard.push(passed);
    };
  }

  static async start(
    env: Readonly<Record<string, string>>,
    exchangeArgs: readonly string[] = [],
  ): Promise<TappedStack> {
    const tell: { hear: (passed: Passed) => void } = { hear: () => undefined };
    const wires = new Map<string, Wire>();
    const servers = await startWiredServers((server, port) => {
      const wire = new Wire(server, port, (passed) => tell.hear(passed));
      wires.set(server, wire);
      return wire;
    });
    try {
      const running = await startStack({ env: { ...servers.env, ...env }, exchangeArgs });
      const stop = (): Promise<void> => running.stop().finally(() => servers.stop());
      return new TappedStack(running, servers.redis.url, wires.get('redis') as Wire, stop, tell);
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  /** Everything that passes while `during` goes on, in order. */
  async listen(during: () => Promise<void>): Promise<readonly Passed[]> {
    this.heard.length = 0;
    this.isListening = true;
    try {
      await during();
    } finally {
      this.isListening = false;
    }
    return this.heard.splice(0);
  }

  /** What has passed since the listening began. */
  get sofar(): readonly Passed[] {
    return this.heard;
  }

  /** From the first such message on its connection hears nothing from Redis. */
  holdRedis(isIt: (passed: Passed) => boolean): void {
    this.redis.hold(isIt);
  }

  /** Answers whether anything was held. */
  releaseRedis(): boolean {
    return this.redis.release();
  }

  /** Whose connection it is: the service whose process holds its near end; NATS clients say it themselves. */
  ownerOf(line: Line): string {
    const known = this.owners.get(line) ?? line.name?.replace(/-\d+(-server)?$/, '') ?? this.holderOf(line);
    this.owners.set(line, known);
    return known;
  }

  private holderOf({ near }: Line): string {
    return holderOf(near, this.running.stack.services)?.name ?? 'unknown';
  }
}
