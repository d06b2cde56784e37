/**
 * Elvis counts one position per symbol, in one currency: an account in hedge mode or in multi-asset mode would be
 * counted wrongly, so it stops the start. While the exchange cannot be asked the service stands, and is not ready.
 */
import { FuturesAccountConfig, futures } from '@elvis/binance';
import { Health, LOG, Log } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExchangeCalls, NotDone } from './limiter/exchange-calls';

/** For so long the start waits for the exchange's word. */
const WAIT_MS = 3_000;
const ASK_WITHIN_MS = 2_000;
const ASK_AGAIN_MS = 500;
/** Another exchange that speaks Binance's language but has no such modes does not know the path. */
const NO_SUCH_PATH: ReadonlySet<number> = new Set([404, 405, 501]);

/** Why nothing may be traded on an account like this, in one sentence; undefined if nothing stands against it. */
export function accountModeProblem(config: Partial<FuturesAccountConfig>): string | undefined {
  const modes = [
    ...(config.dualSidePosition === false ? [] : ['hedge mode (dualSidePosition)']),
    ...(config.multiAssetsMargin === false ? [] : ['multi-asset mode (multiAssetsMargin)']),
  ];
  if (modes.length === 0) return undefined;
  const account = `The exchange account is in ${modes.join(' and ')}, or the exchange does not say that it is not`;
  return `${account}; Elvis trades one-way, single-asset accounts only. Switch it off there and start again`;
}

@Injectable()
export class AccountMode implements OnApplicationBootstrap, OnModuleDestroy {
  private problem: string | undefined = 'the account mode has not been read yet';
  private isStopped = false;

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Error the account's mode, in one sentence: the service does not start */
  async onApplicationBootstrap(): Promise<void> {
    this.health.require('account-mode', () => this.problem);
    const read = this.read();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), WAIT_MS)));
    const wrong = await Promise.race([read, late]);
    clearTimeout(timer);
    if (wrong === 'late') void read.then((found) => found !== undefined && this.stopLate(found));
    else if (wrong !== undefined) throw new Error(wrong);
  }

  onModuleDestroy(): void {
    this.isStopped = true;
  }

  /** Asks until the exchange has said; answers what is wrong, or undefined. */
  private async read(): Promise<string | undefined> {
    while (!this.isStopped) {
      try {
        const config = await this.calls.call(futures.accountConfig(), {
          priority: 'P1',
          withinMs: ASK_WITHIN_MS,
        });
        this.problem = accountModeProblem(config as Partial<FuturesAccountConfig>);
        return this.problem;
      } catch (error) {
        if (error instanceof NotDone && NO_SUCH_PATH.has(error.answer.status)) {
          this.log.warn(
            'This exchange has no word for hedge and multi-asset mode; it is taken to have neither',
          );
          this.problem = undefined;
          return undefined;
        }
        this.problem = `the account mode could not be read: ${(error as Error).message}`;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
    return undefined;
  }

  /** The service stands already, because the exchange was away when it started. */
  private stopLate(problem: string): void {
    this.log.fatal({ alert: 'account-mode' }, problem);
    process.kill(process.pid, 'SIGTERM');
  }
}
