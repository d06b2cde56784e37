import {
  changeUser,
  createAccessKey,
  listAccessKeys,
  listExchangeKeys,
  listUsers,
  removeExchangeKey,
  revokeAccessKey,
  storeExchangeKey,
  userPerson,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { withIsoTimes } from '../rest/iso-time';
import { moment } from '../rest/time-range';
import { Accounts } from '../users/accounts';
import { Caller, From, Needs, botOf, requireScopes, requireUser } from '../identity/caller';
import { AccessKeyBody, ExchangeKeyBody, InvitationBody, RecordId, UserChange } from '../users/identity.dto';
import { KeyRotation, Rotation } from './key-rotation';
import { KnownKeys } from '../identity/known-keys';
import { KnownUsers } from '../identity/known-users';
import { Passwords } from '../users/passwords';
import { Seal } from './seal';

/** Our own keys and users are an administrator's; an exchange key is its user's alone. */
@Controller('api/v1')
export class KeysController {
  constructor(
    private readonly bus: Bus,
    private readonly known: KnownKeys,
    private readonly knownUsers: KnownUsers,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly seal: Seal,
    private readonly rotation: KeyRotation,
  ) {}

  /** The key is in this answer and nowhere else. It may do no more than who makes it, and than whom it stands for. */
  @Post('access-keys')
  @Needs('admin')
  async createAccessKey(
    @From() caller: Caller,
    @Body() { expiresAt, ...body }: AccessKeyBody,
  ): Promise<unknown> {
    requireScopes(caller, body.scopes);
    const botConfigId = botOf(caller, body.botConfigId);
    const expiresAtMs = expiresAt === undefined ? undefined : moment(expiresAt);
    if (expiresAtMs !== undefined && expiresAtMs <= Date.now()) {
      throw new TradingFailure('MESSAGE_MALFORMED', 'expiresAt is in the past; choose a later time');
    }
    const behind = [...(body.userId === undefined ? [] : [userPerson(body.userId)]), ...caller.persons];
    const key = `elv_${randomBytes(32).toString('base64url')}`;
    const created = await this.bus.request(createAccessKey, {
      ...body,
      keyHash: createHash('sha256').update(key).digest('hex'),
      persons: [...new Set(behind)],
      madeBy: caller.actor,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      ...(botConfigId !== undefined && { botConfigId }),
    });
    return { ...(withIsoTimes(created) as object), key };
  }

  @Get('access-keys')
  @Needs('admin')
  async listAccessKeys(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listAccessKeys, {})) as object), nextCursor: null };
  }

  @Delete('access-keys/:id')
  @Needs('admin')
  async revokeAccessKey(@Param() { id }: RecordId): Promise<unknown> {
    const revoked = await this.bus.request(revokeAccessKey, { id });
    this.forget();
    return withIsoTimes(revoked);
  }

  @Get('users')
  @Needs('admin')
  async listUsers(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listUsers, {})) as object), nextCursor: null };
  }

  /** Counts for what the user holds already, within five seconds. Who enables a user gives all of that user's scopes. */
  @Put('users/:id')
  @Needs('admin')
  async changeUser(
    @From() caller: Caller,
    @Param() { id: userId }: RecordId,
    @Body() change: UserChange,
  ): Promise<unknown> {
    const { scopes, isDisabled } = await this.accounts.find(userId);
    const given = change.scopes ?? scopes;
    const had = isDisabled && change.isDisabled === false ? [] : scopes;
    requireScopes(
      caller,
      given.filter((scope) => !had.includes(scope)),
    );
    const changed = await this.bus.request(changeUser, { ...change, userId });
    this.forget();
    return withIsoTimes(changed);
  }

  /** For a user who has lost the password: hand the token over, it works once and for half an hour. */
  @Post('users/:id/reset-token')
  @Needs('admin')
  async resetToken(@From() caller: Caller, @Param() { id }: RecordId): Promise<{ token: string }> {
    // Who holds the token can become this user.
    requireScopes(caller, (await this.accounts.find(id)).scopes);
    return this.passwords.issueReset(id);
  }

  @Delete('users/:id/sessions')
  @HttpCode(204)
  @Needs('admin')
  async endSessions(@Param() { id }: RecordId): Promise<void> {
    await this.accounts.endAllSessions(id);
  }

  /** For somebody who is to become a user: hand the token over, it works once and for a week. */
  @Post('invitations')
  @Needs('admin')
  async invite(@Body() { email }: InvitationBody): Promise<unknown> {
    return withIsoTimes({ email, ...(await this.accounts.invite(email)) });
  }

  /** Before it: the new key in ENCRYPTION_KEY, the one before in ENCRYPTION_KEY_OLD. */
  @Post('encryption-key/rotation')
  @HttpCode(200)
  @Needs('admin')
  rotateEncryptionKey(): Promise<Rotation> {
    return this.rotation.run();
  }

  @Post('api-keys')
  @Needs('anyone')
  async storeExchangeKey(@From() caller: Caller, @Body() body: ExchangeKeyBody): Promise<unknown> {
    const { apiKey, apiSecret, label, market } = body;
    const [id, userId] = [randomUUID(), requireUser(caller)];
    const stored = await this.bus.request(storeExchangeKey, {
      id,
      userId,
      label,
      market,
      keyHint: apiKey.slice(-4),
      keySealed: this.seal.close(apiKey, `${id}:key`),
      secretSealed: this.seal.close(apiSecret, `${id}:secret`),
    });
    return withIsoTimes(masked(stored));
  }

  @Get('api-keys')
  @Needs('anyone')
  async listExchangeKeys(@From() caller: Caller): Promise<unknown> {
    const { items } = await this.bus.request(listExchangeKeys, { userId: requireUser(caller) });
    return { items: items.map((key) => withIsoTimes(masked(key))), nextCursor: null };
  }

  @Delete('api-keys/:id')
  @Needs('anyone')
  async removeExchangeKey(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    return withIsoTimes(
      masked(await this.bus.request(removeExchangeKey, { id, userId: requireUser(caller) })),
    );
  }

  private forget(): void {
    this.known.forget();
    this.knownUsers.forget();
  }
}

/** Elvis trades one account, that of its environment: docs/decisions. */
const UNUSED = 'Stored, but not used yet: Elvis trades only the account of BINANCE_API_KEY';

const masked = <Key extends { readonly keyHint: string }>({ keyHint, ...key }: Key): object => ({
  ...key,
  apiKey: `****${keyHint}`,
  isUsed: false,
  note: UNUSED,
});
