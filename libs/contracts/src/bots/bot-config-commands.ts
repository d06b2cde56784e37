/** Configurations of bots: trade-history keeps them, and each answer shows an owner's own ones only. */
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { command, query } from '../messages/contract';
import { Page } from '../messages/orders/order-queries';
import { BotConfigBody, BotConfigRevision, BotConfigView } from './bot-config';

/** `user:<id>`, or `key:<name>` of a key without a user. */
export const OWNER_PATTERN = /^(user|key):[A-Za-z0-9-]{1,64}$/;
export const SHA256_PATTERN = /^[0-9a-f]{64}$/;

class OfOwner {
  @Matches(OWNER_PATTERN) readonly owner!: string;
}

class Change extends OfOwner {
  @IsString() @MaxLength(100) readonly actor!: string;
}

export class CreateBotConfig extends Change {
  /** Chosen by the gateway; the same id with the same body is the same configuration. */
  @IsUUID() readonly id!: string;
  @ValidateNested() @Type(() => BotConfigBody) readonly body!: BotConfigBody;
  @Matches(SHA256_PATTERN) readonly codeHash!: string;
}

export class ChangeBotConfig extends CreateBotConfig {
  /** The one its writer saw. */
  @IsInt() @Min(1) readonly revision!: number;
}

export class DeleteBotConfig extends Change {
  @IsUUID() readonly id!: string;
}

export class GetBotConfig {
  @IsUUID() readonly id!: string;
  /** Only if it is this owner's; any if absent, which is for bots alone. */
  @IsOptional() @Matches(OWNER_PATTERN) readonly owner?: string;
  /** As it was then; the newest if absent. */
  @IsOptional() @IsInt() @Min(1) readonly revision?: number;
}

export interface BotConfigOfRuns extends BotConfigView {
  /** The greatest run that is stored or that the id of a stored order names; 0 for none. */
  readonly greatestRun: number;
}

export class ListBotConfigs extends OfOwner {
  @IsOptional() @IsBoolean() readonly withDeleted?: boolean;
}

export class ListBotConfigRevisions extends OfOwner {
  @IsUUID() readonly id!: string;
  @IsOptional() @IsInt() @Min(1) readonly before?: number;
  @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
}

/** @throws BOT_SYMBOL_TAKEN the owner has another bot for this market and symbol */
export const createBotConfig = command<CreateBotConfig, BotConfigView>(
  'elvis.command.trade-history.create-bot-config',
  CreateBotConfig,
);
/** @throws BOT_NOT_FOUND, BOT_CONFIG_CHANGED another revision stands than the one named, BOT_SYMBOL_TAKEN */
export const changeBotConfig = command<ChangeBotConfig, BotConfigView>(
  'elvis.command.trade-history.change-bot-config',
  ChangeBotConfig,
);
/** Its runs, steps and orders stay. @throws BOT_NOT_FOUND */
export const deleteBotConfig = command<DeleteBotConfig, BotConfigView>(
  'elvis.command.trade-history.delete-bot-config',
  DeleteBotConfig,
);
/** @throws BOT_NOT_FOUND none of this id, of this owner, or of this revision */
export const getBotConfig = query<GetBotConfig, BotConfigOfRuns>(
  'elvis.query.trade-history.bot-config',
  GetBotConfig,
);
/** Newest first; all of them. */
export const listBotConfigs = query<ListBotConfigs, { readonly items: readonly BotConfigView[] }>(
  'elvis.query.trade-history.bot-configs',
  ListBotConfigs,
);
/** Newest first; `nextCursor` is the revision before which to go on. @throws BOT_NOT_FOUND */
export const listBotConfigRevisions = query<ListBotConfigRevisions, Page<BotConfigRevision>>(
  'elvis.query.trade-history.bot-config-revisions',
  ListBotConfigRevisions,
);

export class SetSignalSecret extends Change {
  @IsUUID() readonly id!: string;
  /** SHA-256 of the secret; the secret itself has 256 random bits and is shown once. */
  @Matches(SHA256_PATTERN) readonly secretHash!: string;
}

export class CheckSignalSecret {
  @IsUUID() readonly id!: string;
  @Matches(SHA256_PATTERN) readonly secretHash!: string;
}

/** The one before is void. @throws BOT_NOT_FOUND */
export const setSignalSecret = command<SetSignalSecret, BotConfigView>(
  'elvis.command.trade-history.set-signal-secret',
  SetSignalSecret,
);
/** A command, because hashes travel here. @throws SIGNAL_SECRET_WRONG no such bot, or another secret: not told apart */
export const checkSignalSecret = command<CheckSignalSecret, { readonly isGenuine: true }>(
  'elvis.command.trade-history.check-signal-secret',
  CheckSignalSecret,
);
