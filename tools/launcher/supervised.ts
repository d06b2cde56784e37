/**
 * A process that is meant to live: when it dies it is started again on the same port and data, at first within a
 * fraction of a second, then less and less often, until it has been ready again.
 */
import { Running, Launch, EarlyDeath, begin } from './servers';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** So often may it die before it was ever ready; then something is wrong that waiting does not heal. */
const EARLY_DEATHS = 4;
/** A service that refuses its configuration exits with this; trying again would not change its mind. */
const EXIT_CONFIG = 78;

export interface Witness {
  started(name: string, pid: number): void;
  died(name: string, how: string, againInMs: number): void;
  ready(name: string, again: boolean): void;
  ended(name: string): void;
}

export class Supervised {
  private current: Running | undefined;
  private stopping = false;
  private wake: () => void = () => undefined;
  private life: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly plan: () => Omit<Launch, 'lifetime'>,
    private readonly witness: Witness,
  ) {}

  get pid(): number {
    return this.current?.pid ?? 0;
  }

  /**
   * Starts it and keeps it alive; resolves when it is ready for the first time.
   *
   * @throws Error if it is not ready within `withinMs` or refuses its configuration
   */
  start(withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let lastWords: Error | undefined;
      const deadline = setTimeout(() => {
        const tell = this.plan().whyNot?.() ?? Promise.resolve('it gave no reason');
        void tell.then((why) =>
          reject(lastWords ?? new Error(`${this.name} was not ready in time, so the start failed: ${why}`)),
        );
      }, withinMs);
      const settle = (error?: Error): void => {
        clearTimeout(deadline);
        if (error) reject(error);
        else resolve();
      };
      this.life = this.live(settle, (error) => (lastWords = error instanceof Error ? error : undefined));
    });
  }

  async stop(graceMs = 10_000): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.current?.stop(graceMs);
    await this.life;
    this.witness.ended(this.name);
  }

  private async live(settle: (error?: Error) => void, failed: (error: unknown) => void): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    let everReady = false;
    let deaths = 0;
    while (!this.stopping) {
      const running = begin({ ...this.plan(), name: this.name, lifetime: 'group' });
      this.current = running;
      this.witness.started(this.name, running.pid);
      try {
        await running.ready;
        this.witness.ready(this.name, everReady);
        everReady = true;
        delayMs = FIRST_DELAY_MS;
        settle();
      } catch (error) {
        failed(error);
        if (error instanceof EarlyDeath && !everReady) {
          deaths += 1;
          if (error.exit.code === EXIT_CONFIG || deaths === EARLY_DEATHS) return settle(error);
        }
        await running.stop(1_000);
      }
      const { code, signal } = await running.exited;
      this.current = undefined;
      if (this.stopping) break;
      this.witness.died(this.name, signal ?? `exit ${code ?? '?'}`, delayMs);
      await this.pause(delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
    settle(new Error(`${this.name} was stopped before it was ready; start Elvis again`));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
