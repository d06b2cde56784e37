/** The bodies of everything about users and keys. */
import { ChangeUser, CreateAccessKey } from '@elvis/contracts';
import { MARKETS, Market } from '@elvis/trading';
import { OmitType } from '@nestjs/mapped-types';
import { Transform } from 'class-transformer';
import { IsEmail, IsIn, IsOptional, IsString, IsUUID, Length, Matches, MaxLength } from 'class-validator';

const lowerCase = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim().toLowerCase() : value;
const Password = (): PropertyDecorator =>
  Length(12, 200, { message: 'password must have 12 to 200 characters' });

export class Credentials {
  @Transform(lowerCase) @IsEmail() @MaxLength(254) readonly email!: string;
  @IsString() @MaxLength(200) readonly password!: string;
}

/** One of a ticket, an access key, or an e-mail address with its password. */
export class BrowserSignIn {
  @IsOptional() @IsString() @MaxLength(100) readonly ticket?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly accessKey?: string;
  @IsOptional() @Transform(lowerCase) @IsEmail() @MaxLength(254) readonly email?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly password?: string;
}

export class Registration {
  @Transform(lowerCase) @IsEmail() @MaxLength(254) readonly email!: string;
  @IsString() @Password() readonly password!: string;
  @IsOptional() @Matches(/^[a-z]{2}(-[A-Z]{2})?$/) readonly locale?: string;
  /** The token an administrator has given for this address; not needed where registration is open. */
  @IsOptional() @IsString() @MaxLength(100) readonly invitation?: string;
}

export class ForgotBody {
  @Transform(lowerCase) @IsEmail() @MaxLength(254) readonly email!: string;
}

export class InvitationBody {
  @Transform(lowerCase) @IsEmail() @MaxLength(254) readonly email!: string;
}

export class PasswordChange {
  @IsString() @MaxLength(200) readonly currentPassword!: string;
  @IsString() @Password() readonly password!: string;
}

export class RefreshBody {
  @IsString() @MaxLength(200) readonly refreshToken!: string;
}

export class ResetBody {
  @IsString() @MaxLength(100) readonly token!: string;
  @IsString() @Password() readonly password!: string;
}

export class UserChange extends OmitType(ChangeUser, [
  'userId',
  'passwordHash',
  'endsSessions',
  'ifCredentialVersion',
]) {}

export class AccessKeyBody extends OmitType(CreateAccessKey, [
  'id',
  'keyHash',
  'secretSealed',
  'expiresAtMs',
  'persons',
  'madeBy',
]) {
  /** Never if absent. */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/, {
    message: 'expiresAt must be a time in ISO 8601, for example 2027-01-01T00:00:00Z',
  })
  readonly expiresAt?: string;
}

export class ExchangeKeyBody {
  @IsString() @Length(1, 100) readonly label!: string;
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(/^[A-Za-z0-9_-]{8,200}$/, { message: 'apiKey must be an API key of the exchange' })
  readonly apiKey!: string;
  @Matches(/^[A-Za-z0-9_+/=-]{8,400}$/, { message: 'apiSecret must be an API secret of the exchange' })
  readonly apiSecret!: string;
}

export class RecordId {
  @IsUUID() readonly id!: string;
}
