/**
 * Elvis counts one position per symbol, in one currency: an account in hedge mode or in multi-asset mode would be
 * counted wrongly, and one that may not trade would have every order refused. Any of them stops the start; switched
 * while running, it makes every replica not ready, and risk halts. While the exchange cannot be asked the service
 * stands, and is not ready.
 *
 * The modes stand in Redis for the fleet and run out there: anyone who first finds them gone reads them again.
 */
import { FuturesAccountConfig, futures } from '@elvis/binance';
import { AccountModes } from '@elvis/contracts';
import { Health, LOG, Log, Redis } from '@elvis/platform';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { askedBy } from '../limiter/calls/asker';
import { ExchangeCalls, NotDone } from '../limiter/calls/exchange-calls';
import { PlacementRefusals } from '../venue/placement-refusals';

/** For so long the start waits for the exchange's word. */
const WAIT_MS = 3_000;
const ASK_WITHIN_MS = 2_000;
const ASK_AGAIN_MS = 500;
/** Whether the account is in hedge or multi-asset mode and may trade; 31 s, then read again. */
const KEY = 'ELVIS_ACCOUNT_MODE';
/** How old the modes may become while nothing hints at a switch. */
const LASTS_MS = 31_000;
const LOOK_EVERY_MS = 1_000;
const TURN_MS = 5_000;
/** However many orders are refused for it, the modes are read this often at most. */
const DOUBT_EVERY_MS = 2_000;
/** "positionSide does not match the account's mode", and its like. */
const MODE_CODES: ReadonlySet<string> = new Set(['-4060', '-4061', '-4062']);
/** Another exchange that speaks Binance's language but has no such modes does not know the path. */
const NO_SUCH_PATH: ReadonlySet<number> = new Set([404, 405, 501]);

/** Why nothing may be traded on an account like this, in one sentence; undefined if nothing speaks against it. */
export function accountModeProblem(config: Partial<FuturesAccountConfig>): string | undefined {
  const modes = [
    ...(config.dualSidePosition === false ? [] : ['hedge mode (dualSidePosition)']),
    ...(config.multiAssetsMargin === false ? [] : ['multi-asset mode (multiAssetsMargin)']),
  ];
  if (modes.length > 0) {
    const account = `The exchange account is in ${modes.join(' and ')}, or the exchange does not report that it is not`;
    return `${account}; Elvis trades one-way, single-asset accounts only. Switch this off at the exchange, and start the service again if it has stopped`;
  }
  if (config.canTrade === false)
    return 'The exchange does not allow this account to trade (canTrade is false); enable trading at the exchange, and start the service again if it has stopped';
  return undefined;
}

const modesOf = (config: Partial<FuturesAccountConfig>): AccountModes => ({
  positionMode: config.dualSidePosition === false ? 'ONE_WAY' : 'HEDGE',
  assetMode: config.multiAssetsMargin === false ? 'SINGLE' : 'MULTI',
  canTrade: config.canTrade !== false,
});

/** What stands in Redis; without modes the exchange has no word for them. */
interface Found {
  readonly modes?: AccountModes;
  readonly problem?: string;
}

@Injectable()
export class AccountMode implements OnModuleDestroy {
  private problem: string | undefined = 'the account mode has not been read yet';
  private modes: AccountModes | undefined;
  private isStopped = false;
  private lastReadAt = -Infinity;
  private looking: NodeJS.Timeout | undefined;
  private doubting: NodeJS.Timeout | undefined;

  constructor(
    private readonly calls: ExchangeCalls,
    private readonly redis: Redis,
    private readonly health: Health,
    refusals: PlacementRefusals,
    @Inject(LOG) private readonly log: Log,
  ) {
    refusals.listen(({ market, code }) => {
      if (market === 'futures' && MODE_CODES.has(code)) this.doubt(`an order was refused with ${code}`);
    });
  }

  /** As last read, by any replica; undefined where the exchange has no word for them. */
  get current(): AccountModes | undefined {
    return this.modes;
  }

  /** @throws Error the account's mode, in one sentence: the service does not start */
  async checkAtStart(): Promise<void> {
    this.health.require('account-mode', () => this.problem);
    const read = this.readUntilRead();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), WAIT_MS)));
    const wrong = await Promise.race([read, late]);
    clearTimeout(timer);
    if (wrong === 'late') void read.then((found) => found !== undefined && this.stopLate(found));
    else if (wrong !== undefined) throw new Error(wrong);
    this.looking = setInterval(() => void this.refreshModes(), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearInterval(this.looking);
    clearTimeout(this.doubting);
  }

  /** Something hints at another mode: it is read at once, or as soon as it may be again. */
  doubt(hint: string): void {
    if (this.doubting || this.isStopped) return;
    const sinceReadMs = performance.now() - this.lastReadAt;
    this.doubting = setTimeout(
      () => {
        this.doubting = undefined;
        this.log.debug({ hint }, 'Something hints at another account mode; it is read again');
        void this.readOnce().catch((error: Error) => this.doubt(error.message));
      },
      Math.max(0, DOUBT_EVERY_MS - sinceReadMs),
    );
  }

  /** Takes over what another replica has read; reads what nobody has read for too long. */
  private async refreshModes(): Promise<void> {
    try {
      const text = await this.redis.get(KEY);
      if (text !== null) return this.acceptModes(JSON.parse(text) as Found);
      if ((await this.redis.set(`${KEY}:turn`, '1', 'PX', TURN_MS, 'NX')) === 'OK') await this.readOnce();
    } catch (error) {
      this.log.debug(
        { reason: (error as Error).message },
        'The account mode could not be read from Redis or the exchange; retrying',
      );
    }
  }

  /** Asks until the exchange has said; answers what is wrong, or undefined. */
  private async readUntilRead(): Promise<string | undefined> {
    while (!this.isStopped) {
      try {
        await this.readOnce();
        return this.problem;
      } catch (error) {
        this.problem = `the account mode could not be read: ${(error as Error).message}`;
        await pause(ASK_AGAIN_MS);
      }
    }
    return undefined;
  }

  /** @throws NotDone or TradingFailure the exchange could not be asked */
  private async readOnce(): Promise<void> {
    this.lastReadAt = performance.now();
    const found = await this.readModes();
    this.acceptModes(found);
    await this.redis.set(KEY, JSON.stringify(found), 'PX', LASTS_MS).catch(() => undefined);
  }

  private async readModes(): Promise<Found> {
    try {
      const options = { priority: 'P1', withinMs: ASK_WITHIN_MS, refreshes: 'account' } as const;
      const config = (await askedBy('account-mode', () =>
        this.calls.call(futures.accountConfig(), options),
      )) as FuturesAccountConfig;
      return { modes: modesOf(config), problem: accountModeProblem(config) };
    } catch (error) {
      if (!(error instanceof NotDone) || !NO_SUCH_PATH.has(error.answer.status)) throw error;
      if (this.problem !== undefined)
        this.log.warn('The exchange does not report hedge or multi-asset mode; assuming neither');
      return {};
    }
  }

  private acceptModes({ modes, problem }: Found): void {
    const wasWell = this.problem === undefined;
    this.modes = modes;
    this.problem = problem;
    if (wasWell && problem !== undefined)
      this.log.fatal({ alert: 'account-mode', modes }, `${problem}. Orders that open positions are refused`);
    if (!wasWell && problem === undefined && this.looking !== undefined)
      this.log.warn(
        { modes },
        'The account is one-way, single-asset and allowed to trade again; orders that open positions are accepted again',
      );
  }

  /** The service stands already, because the exchange was unavailable when it started. */
  private stopLate(problem: string): void {
    this.log.fatal({ alert: 'account-mode' }, `${problem}. This service stops`);
    process.kill(process.pid, 'SIGTERM');
  }
}
