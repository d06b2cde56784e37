/** Which run of Redis this connection speaks to. A restarted Redis may have lost data and has another clock. */
import { Redis } from '@elvis/platform';

export class RedisRun {
  private current = '';
  private refreshing: Promise<string> | undefined;

  constructor(private readonly redis: Redis) {
    redis.on('close', () => (this.current = ''));
    redis.on('ready', () => void this.refresh().catch(() => undefined));
  }

  /** Empty while it is not known: whatever depends on it is then refused. */
  get id(): string {
    return this.current;
  }

  /** Known when this returns. @throws Error Redis is unavailable */
  async refresh(): Promise<string> {
    this.refreshing ??= this.readIncarnation().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async readIncarnation(): Promise<string> {
    this.current = /run_id:(\w+)/.exec(await this.redis.info('server'))?.[1] ?? '';
    return this.current;
  }
}
