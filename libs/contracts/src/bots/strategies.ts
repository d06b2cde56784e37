/** Which strategies there are, and whether a configuration fits one: the bots service, which has their code, answers. */
import { Type } from 'class-transformer';
import { IsOptional, Matches, ValidateNested } from 'class-validator';
import { query } from '../messages/contract';
import { BotConfigBody } from './bot-config';

/** One parameter, as a form needs it. */
export interface StrategyParameterView {
  readonly kind: 'integer' | 'number' | 'fraction' | 'duration' | 'choice' | 'switch';
  readonly default: string | number | boolean;
  readonly from?: string | number;
  readonly to?: string | number;
  readonly among?: readonly string[];
  readonly help?: string;
}

export interface StrategyView {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  /** SHA-256 of the file. */
  readonly codeHash: string;
  /** Whether signals from outside reach it. */
  readonly takesSignals: boolean;
  readonly parameters: Readonly<Record<string, StrategyParameterView>>;
}

export class ListStrategies {
  @IsOptional() @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/) readonly name?: string;
}

/** @throws STRATEGY_NOT_FOUND for an unknown `name` */
export const listStrategies = query<ListStrategies, { readonly items: readonly StrategyView[] }>(
  'elvis.query.bots.strategies',
  ListStrategies,
);

export class CheckBotConfig {
  @ValidateNested() @Type(() => BotConfigBody) readonly body!: BotConfigBody;
}

export interface BotConfigVerdict {
  /** Each names a field, such as `parameters.fast is outside 2 to 100`; empty for a configuration that can be saved. */
  readonly problems: readonly string[];
  readonly codeHash: string;
}

/** @throws STRATEGY_NOT_FOUND */
export const checkBotConfig = query<CheckBotConfig, BotConfigVerdict>(
  'elvis.query.bots.check-config',
  CheckBotConfig,
);
