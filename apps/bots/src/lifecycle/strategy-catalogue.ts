/** Which strategies there are, and whether a configuration fits one. */
import { BotConfigBody, BotConfigVerdict, StrategyView } from '@elvis/contracts';
import { codeHashOf } from '@elvis/research';
import { ParameterProblems, Strategy, isInterval } from '@elvis/strategy';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { strategiesWith } from '../runner/strategies';

@Injectable()
export class StrategyCatalogue {
  private readonly strategies: readonly Strategy[];

  constructor(private readonly config: BotsConfig) {
    this.strategies = strategiesWith(config.STRATEGIES_DIR);
  }

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  list(name?: string): readonly StrategyView[] {
    return (name === undefined ? this.strategies : [this.find(name)]).map((strategy) => ({
      name: strategy.name,
      version: strategy.version,
      summary: strategy.summary,
      codeHash: codeHashOf(strategy.name, this.config.STRATEGIES_DIR),
      takesSignals: strategy.takesSignals,
      parameters: Object.fromEntries(
        Object.entries(strategy.parameters).map(([parameter, { form }]) => [parameter, form]),
      ),
    }));
  }

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  check({ strategy, symbol, interval, market, leverage, parameters = {} }: BotConfigBody): BotConfigVerdict {
    const found = this.find(strategy);
    const problems: string[] = [];
    if (market === 'spot' && leverage !== 1) problems.push('leverage is 1 on spot');
    if (!isInterval(interval)) problems.push(`interval ${interval} cannot be stepped on; take one up to 1d`);
    else
      try {
        found.prepare({ symbol, interval }, parameters);
      } catch (error) {
        if (!(error instanceof ParameterProblems)) throw error;
        problems.push(...error.problems.map((problem) => `parameters.${problem}`));
      }
    return { problems, codeHash: codeHashOf(strategy, this.config.STRATEGIES_DIR) };
  }

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  find(name: string): Strategy {
    const found = this.strategies.find((strategy) => strategy.name === name);
    if (found) return found;
    throw new TradingFailure(
      'STRATEGY_NOT_FOUND',
      `There is no strategy ${name}; there are ${this.strategies.map((strategy) => strategy.name).join(', ')}`,
    );
  }
}
