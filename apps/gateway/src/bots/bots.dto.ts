import { BOT_STOP_MODES, BotConfigBody, BotStopMode, SIGNAL_ACTIONS, SignalAction } from '@elvis/contracts';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

export class NewBotConfig extends BotConfigBody {}

export class ChangedBotConfig extends BotConfigBody {
  /** The one its writer saw. */
  @IsInt() @Min(1) readonly revision!: number;
}

export class StrategyName {
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/) readonly name!: string;
}

export class StartBody {
  /** The newest if absent. */
  @IsOptional() @IsInt() @Min(1) readonly revision?: number;
}

export class ReasonBody {
  @IsString() @Length(1, 500) readonly reason!: string;
}

export class StopBotBody extends ReasonBody {
  @IsIn(BOT_STOP_MODES) readonly mode: BotStopMode = 'cancel';
}

export class ResumeBody {
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
}

export class AcknowledgeBody {
  @IsString() @Length(1, 500) readonly note!: string;
}

export class PageQuery {
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000) readonly limit: number = 50;
}

export class StepsQuery extends PageQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) readonly run?: number;
}

export class StepPath {
  @IsUUID() readonly id!: string;
  @Type(() => Number) @IsInt() @Min(1) readonly step!: number;
}

export class RunQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) readonly run?: number;
}

export class SignalPath {
  @IsUUID() readonly botConfigId!: string;
}

/** Words that alerts use for a wish. */
const ACTIONS: Readonly<Record<string, SignalAction>> = { FLAT: 'EXIT' };

export class SignalBody {
  @IsString() @Length(20, 100) readonly secret!: string;
  /** Its sender's; a second one of this id changes nothing. */
  @Matches(/^[A-Za-z0-9._:/-]{1,100}$/) readonly id!: string;
  @Transform(({ value }: { value: unknown }) => {
    if (typeof value !== 'string') return value;
    const word = value.toUpperCase();
    return ACTIONS[word] ?? word;
  })
  @IsIn(SIGNAL_ACTIONS)
  readonly action!: SignalAction;
  /** From 0 to 1, as a number or text. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' ? String(value) : value))
  @Matches(/^(0(\.\d{1,18})?|1(\.0{1,18})?)$/)
  readonly confidence?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly model?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly features?: string;
  @IsOptional() @IsString() @MaxLength(500) readonly note?: string;
  /** When its sender made it; from then on counts how late it is. */
  @IsOptional() @IsISO8601({ strict: true }) readonly time?: string;
}
