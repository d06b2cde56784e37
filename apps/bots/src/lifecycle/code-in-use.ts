/** What runs in this process, as a clearance is bound to it. */
import { RunningCode } from '@elvis/contracts';
import { PROJECT_ROOT, codeHashOf, rulesAndBuild } from '@elvis/research';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';

export const UNNAMED_BUILD = 'unnamed';

@Injectable()
export class CodeInUse {
  /** The rules do not change while the process lives. */
  private rules: string | undefined;

  constructor(private readonly settings: BotsConfig) {}

  /** @throws TradingFailure STRATEGY_NOT_FOUND */
  of(strategy: string | undefined): RunningCode {
    this.rules ??= rulesAndBuild({}, PROJECT_ROOT).rules;
    return {
      build: this.settings.BUILD_ID ?? UNNAMED_BUILD,
      rules: this.rules,
      code: strategy === undefined ? null : this.codeOf(strategy),
    };
  }

  private codeOf(strategy: string): string {
    try {
      return codeHashOf(strategy, this.settings.STRATEGIES_DIR);
    } catch (cause) {
      throw new TradingFailure('STRATEGY_NOT_FOUND', `There is no strategy ${strategy}; check its name`, {
        cause,
      });
    }
  }
}
