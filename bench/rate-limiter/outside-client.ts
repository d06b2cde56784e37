/** Somebody else behind the same IP: 10 weight a second that no limiter of ours is told about. */
import { RawHttp } from './raw-http';
import { Exchange } from './exchange';
import { sleep } from './workload';

export class OutsideClient {
  private readonly http: RawHttp;
  private isStopped = false;
  /** What he had counted for him, by window. */
  readonly used = new Map<number, number>();

  constructor(
    exchange: Exchange,
    private readonly weightPerSecond: number,
    private readonly windowMs: number,
    private readonly shiftMs: number,
  ) {
    this.http = new RawHttp(new URL(exchange.origin), exchange.otherKey, exchange.otherSecret);
  }

  start(): void {
    void this.run();
  }

  stop(): void {
    this.isStopped = true;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await sleep((-Math.log(1 - Math.random()) / (this.weightPerSecond / 1.8)) * 1_000);
      void this.call(Math.random() < 0.8 ? 1 : 5);
    }
  }

  /** Half way through its round trip it was counted, give or take a few milliseconds at the edge. */
  private async call(weight: 1 | 5): Promise<void> {
    const sentAt = Date.now();
    await this.http.query(weight);
    const countedAt = (sentAt + Date.now()) / 2 + this.shiftMs;
    const start = Math.floor(countedAt / this.windowMs) * this.windowMs;
    this.used.set(start, (this.used.get(start) ?? 0) + weight);
  }
}
