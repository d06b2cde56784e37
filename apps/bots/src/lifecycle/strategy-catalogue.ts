/**
 * Which strategies there are, and whether a configuration fits one. An author's file is loaded in a thread alone: one that
 * never returns is left out, and the others are there.
 */
import { BotConfigBody, BotConfigVerdict, StrategyView } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { codeHashOf } from '@elvis/research';
import { isInterval } from '@elvis/strategy';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { STRATEGIES } from '../../../../strategies';
import { BotsConfig } from '../bots.config';
import { HookPool } from '../runner/hook-pool';
import { HookFailure } from '../runner/hook-thread';
import type { StrategyWish } from '../runner/step-call';
import { StrategyDescription, descriptionOf, ownNames, shippedStrategy } from '../runner/strategies';

/** What a file says of its strategy, or why it cannot be used. */
type Told = StrategyDescription | { readonly unusable: string };

@Injectable()
export class StrategyCatalogue {
  /** By name and hash of the file: a file is asked once, and again when it was changed. */
  private readonly told = new Map<string, Promise<Told>>();

  constructor(
    private readonly pool: HookPool,
    private readonly config: BotsConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  async list(name?: string): Promise<readonly StrategyView[]> {
    if (name !== undefined) return [this.viewOf(await this.find(name))];
    const own = await Promise.all(ownNames(this.config.STRATEGIES_DIR).map((each) => this.tellOf(each)));
    const usable = own.flatMap((told) => ('unusable' in told ? [] : [told]));
    return [...STRATEGIES.map(descriptionOf), ...usable].map((told) => this.viewOf(told));
  }

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  async check(body: BotConfigBody): Promise<BotConfigVerdict> {
    const { strategy, symbol, interval, market, leverage, parameters = {} } = body;
    await this.find(strategy);
    const problems: string[] = [];
    if (market === 'spot' && leverage !== 1) problems.push('leverage is 1 on spot');
    if (!isInterval(interval)) problems.push(`interval ${interval} cannot be stepped on; take one up to 1d`);
    else problems.push(...(await this.problems({ strategy, symbol, interval, parameters })));
    return { problems, codeHash: codeHashOf(strategy, this.config.STRATEGIES_DIR) };
  }

  /** What is wrong with parameters, each with its name; the strategy's own rule over them may be what fails. */
  async problems(wish: StrategyWish): Promise<readonly string[]> {
    try {
      return await this.pool.problems(wish);
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      return [`strategy ${wish.strategy} cannot be prepared: ${error.message}`];
    }
  }

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  async find(name: string): Promise<StrategyDescription> {
    const shipped = shippedStrategy(name);
    if (shipped) return descriptionOf(shipped);
    const names = ownNames(this.config.STRATEGIES_DIR);
    if (!names.includes(name))
      throw new TradingFailure(
        'STRATEGY_NOT_FOUND',
        `There is no strategy ${name}; there are ${[...STRATEGIES.map((each) => each.name), ...names].join(', ')}`,
      );
    const told = await this.tellOf(name);
    if ('unusable' in told)
      throw new TradingFailure(
        'STRATEGY_NOT_FOUND',
        `The file of strategy ${name} cannot be loaded: ${told.unusable}. Mend it, then try again`,
      );
    return told;
  }

  private viewOf(told: StrategyDescription): StrategyView {
    return { ...told, codeHash: codeHashOf(told.name, this.config.STRATEGIES_DIR) };
  }

  private tellOf(name: string): Promise<Told> {
    const key = `${name} ${codeHashOf(name, this.config.STRATEGIES_DIR)}`;
    const known = this.told.get(key);
    if (known) return known;
    const told = this.pool.describe(name).catch((error: unknown): Told => {
      if (!(error instanceof HookFailure)) throw error;
      this.log.error(
        { strategy: name, reason: error.message },
        'The file of a strategy cannot be loaded, so no bot and no backtest can use it; the others can. Mend it',
      );
      return { unusable: error.message };
    });
    this.told.set(key, told);
    return told;
  }
}
