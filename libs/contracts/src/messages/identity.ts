/**
 * Who may enter: users, our own access keys, and users' exchange keys. All are commands, also the reading ones:
 * the gateway alone may ask, because hashes and sealed secrets travel here. Nothing in clear ever does.
 */
import { MARKETS, Market, SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBase64,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { command } from './contract';
import { IsPositiveDecimal } from './decimal-validation';
import { ArePersons } from './persons';

/** What a caller may do; each route of the gateway asks for one of them. */
export const SCOPES = ['read', 'trade', 'halt', 'clear', 'limits', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

const SHA256 = /^[0-9a-f]{64}$/;

export class CreateUser {
  @IsEmail() @MaxLength(254) readonly email!: string;
  /** argon2id. */
  @Matches(/^\$argon2id\$/) @MaxLength(300) readonly passwordHash!: string;
  @IsOptional() @Matches(/^[a-z]{2}(-[A-Z]{2})?$/) readonly locale?: string;
}

export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly scopes: readonly Scope[];
  readonly locale: string | null;
  readonly createdAtMs: number;
  readonly isDisabled: boolean;
}

export class FindUser {
  @IsOptional() @IsUUID() readonly userId?: string;
  @IsOptional() @IsString() @MaxLength(254) readonly email?: string;
}

export interface UserWithPassword extends UserView {
  readonly passwordHash: string;
  /** Raised by a new password, by disabling, and by ending all sessions: what carries an older one is void. */
  readonly credentialVersion: number;
}

export class ChangeUser {
  @IsUUID() readonly userId!: string;
  @IsOptional() @IsArray() @IsIn(SCOPES, { each: true }) readonly scopes?: readonly Scope[];
  @IsOptional() @IsBoolean() readonly isDisabled?: boolean;
  @IsOptional() @Matches(/^\$argon2id\$/) @MaxLength(300) readonly passwordHash?: string;
  /** Every session and reset token of this user ends. */
  @IsOptional() @IsBoolean() readonly endsSessions?: boolean;
  /** Changes nothing unless the user still has this version. */
  @IsOptional() @IsInt() @Min(0) readonly ifCredentialVersion?: number;
}

export class ListUsers {}

/** @throws EMAIL_TAKEN */
export const createUser = command<CreateUser, UserView>(
  'elvis.command.trade-history.create-user',
  CreateUser,
);
/** @throws USER_NOT_FOUND */
export const findUser = command<FindUser, UserWithPassword>(
  'elvis.command.trade-history.find-user',
  FindUser,
);
/** @throws USER_NOT_FOUND there is none, or not of the version asked for */
export const changeUser = command<ChangeUser, UserView>(
  'elvis.command.trade-history.change-user',
  ChangeUser,
);
/** The newest thousand. */
export const listUsers = command<ListUsers, { readonly items: readonly UserView[] }>(
  'elvis.command.trade-history.list-users',
  ListUsers,
);

/** `elvis` opens the gateway; `binance` opens the Binance front and nothing else. */
export const ACCESS_KEY_KINDS = ['elvis', 'binance'] as const;
export type AccessKeyKind = (typeof ACCESS_KEY_KINDS)[number];

/** What a key of the Binance front may do beside its scopes; what is absent is not bounded by the key. */
export class FrontTerms {
  /** What it may believe to have, in the quote asset: balances are shown up to it and what its bot has made since. */
  @IsOptional() @IsPositiveDecimal() readonly capital?: string;
  /** The only symbols that it may open anything in. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @Matches(SYMBOL_PATTERN, { each: true })
  readonly symbols?: readonly string[];
  @IsOptional() @IsInt() @Min(1) @Max(125) readonly maxLeverage?: number;
  /** Networks that it is used from, such as 10.0.0.0/8; from private ones alone where there are none. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @Matches(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/, { each: true })
  readonly addresses?: readonly string[];
}

export class CreateAccessKey {
  /** Made by the gateway where a seal is bound to it. */
  @IsOptional() @IsUUID() readonly id?: string;
  @IsOptional() @IsIn(ACCESS_KEY_KINDS) readonly kind?: AccessKeyKind;
  /** Of a key of the Binance front that signs by HMAC: its secret, sealed. */
  @IsOptional() @IsBase64() @MaxLength(2_000) readonly secretSealed?: string;
  /** Of one that signs by Ed25519: its public key, PEM. */
  @IsOptional() @IsString() @MaxLength(1_000) readonly publicKey?: string;
  @IsOptional() @ValidateNested() @Type(() => FrontTerms) readonly terms?: FrontTerms;
  @IsString() @Length(1, 100) readonly name!: string;
  /** SHA-256 of the key; the key itself has 256 random bits and is shown once. */
  @Matches(SHA256) readonly keyHash!: string;
  @IsArray() @IsIn(SCOPES, { each: true }) readonly scopes!: readonly Scope[];
  @IsOptional() @IsUUID() readonly userId?: string;
  @IsOptional() @IsInt() @Min(0) readonly expiresAtMs?: number;
  /** The one bot whose orders it may send. */
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  /** Who is behind it: its user, and anyone who is behind the one who makes it. */
  @IsOptional() @ArePersons() readonly persons?: readonly string[];
  /** The actor who makes it. */
  @IsOptional() @IsString() @MaxLength(100) readonly madeBy?: string;
}

export interface AccessKeyView {
  readonly id: string;
  readonly kind: AccessKeyKind;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly userId: string | null;
  /** The one bot whose orders it may send; any bot's where null. */
  readonly botConfigId: string | null;
  readonly persons: readonly string[];
  /** Null where it was made before that was kept. */
  readonly madeBy: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

export class UseAccessKey {
  @Matches(SHA256) readonly keyHash!: string;
}

/** What the Binance front needs to verify a signature. */
export interface FrontKey extends AccessKeyView {
  readonly secretSealed: string | null;
  readonly publicKey: string | null;
  readonly terms: FrontTerms;
}

export class ListAccessKeys {
  /** Only those of this user. */
  @IsOptional() @IsUUID() readonly userId?: string;
}

export class RevokeAccessKey {
  @IsUUID() readonly id!: string;
  @IsOptional() @IsUUID() readonly userId?: string;
}

/** @throws USER_NOT_FOUND nobody to stand for, or one who is disabled */
export const createAccessKey = command<CreateAccessKey, AccessKeyView>(
  'elvis.command.trade-history.create-access-key',
  CreateAccessKey,
);
/**
 * The key with this hash, noted as used now. Its scopes are those that every user behind it still has.
 *
 * @throws API_KEY_WRONG none, or it is expired, revoked, or a user behind it is disabled
 */
export const useAccessKey = command<UseAccessKey, AccessKeyView>(
  'elvis.command.trade-history.use-access-key',
  UseAccessKey,
);
/** The same for a key of the Binance front. @throws API_KEY_WRONG */
export const useFrontKey = command<UseAccessKey, FrontKey>(
  'elvis.command.trade-history.use-front-key',
  UseAccessKey,
);
export const listAccessKeys = command<ListAccessKeys, { readonly items: readonly AccessKeyView[] }>(
  'elvis.command.trade-history.list-access-keys',
  ListAccessKeys,
);
/** @throws KEY_NOT_FOUND */
export const revokeAccessKey = command<RevokeAccessKey, AccessKeyView>(
  'elvis.command.trade-history.revoke-access-key',
  RevokeAccessKey,
);

export class StoreExchangeKey {
  /** Made by the gateway, because the seal is bound to it. */
  @IsUUID() readonly id!: string;
  @IsUUID() readonly userId!: string;
  @IsString() @Length(1, 100) readonly label!: string;
  @IsIn(MARKETS) readonly market!: Market;
  /** The last four characters of the key. */
  @IsString() @MaxLength(8) readonly keyHint!: string;
  @IsBase64() @MaxLength(2_000) readonly keySealed!: string;
  @IsBase64() @MaxLength(2_000) readonly secretSealed!: string;
}

export interface ExchangeKeyView {
  readonly id: string;
  readonly label: string;
  readonly market: Market;
  readonly keyHint: string;
  readonly createdAtMs: number;
}

export class ListExchangeKeys {
  @IsUUID() readonly userId!: string;
}

export class RemoveExchangeKey {
  @IsUUID() readonly id!: string;
  @IsUUID() readonly userId!: string;
}

/** For the rotation of the encryption key alone. */
export class ListSealedKeys {
  @IsOptional() @IsUUID() readonly afterId?: string;
  @Type(() => Number) @IsInt() @Min(1) @Max(100) readonly limit: number = 100;
}

export interface SealedKey {
  readonly id: string;
  readonly userId: string;
  readonly keySealed: string;
  readonly secretSealed: string;
}

export class ResealExchangeKey {
  @IsUUID() readonly id!: string;
  @IsBase64() readonly keySealed!: string;
  @IsBase64() readonly secretSealed!: string;
}

/** @throws KEY_LIMIT_REACHED the user has as many as one may have */
export const storeExchangeKey = command<StoreExchangeKey, ExchangeKeyView>(
  'elvis.command.trade-history.store-exchange-key',
  StoreExchangeKey,
);
export const listExchangeKeys = command<ListExchangeKeys, { readonly items: readonly ExchangeKeyView[] }>(
  'elvis.command.trade-history.list-exchange-keys',
  ListExchangeKeys,
);
/** @throws KEY_NOT_FOUND */
export const removeExchangeKey = command<RemoveExchangeKey, ExchangeKeyView>(
  'elvis.command.trade-history.remove-exchange-key',
  RemoveExchangeKey,
);
export const listSealedKeys = command<ListSealedKeys, { readonly items: readonly SealedKey[] }>(
  'elvis.command.trade-history.list-sealed-keys',
  ListSealedKeys,
);
/** @throws KEY_NOT_FOUND */
export const resealExchangeKey = command<ResealExchangeKey, { readonly id: string }>(
  'elvis.command.trade-history.reseal-exchange-key',
  ResealExchangeKey,
);
