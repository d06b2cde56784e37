import {
  changeUser,
  createAccessKey,
  listAccessKeys,
  listExchangeKeys,
  listUsers,
  removeExchangeKey,
  revokeAccessKey,
  storeExchangeKey,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { withIsoTimes } from '../http/iso-time';
import { moment } from '../http/time-range';
import { Caller, From, Needs, requireUser } from './caller';
import { AccessKeyBody, ExchangeKeyBody, RecordId, UserChange } from './identity.dto';
import { KeyRotation, Rotation } from './key-rotation';
import { KnownKeys } from './known-keys';
import { Seal } from './seal';
import { Tokens } from './tokens';

/** Our own keys and users are an administrator's; an exchange key is its user's alone. */
@Controller('api/v1')
export class KeysController {
  constructor(
    private readonly bus: Bus,
    private readonly known: KnownKeys,
    private readonly seal: Seal,
    private readonly tokens: Tokens,
    private readonly rotation: KeyRotation,
  ) {}

  /** The key is in this answer and nowhere else. */
  @Post('access-keys')
  @Needs('admin')
  async createAccessKey(@Body() { expiresAt, ...body }: AccessKeyBody): Promise<unknown> {
    const key = `elv_${randomBytes(32).toString('base64url')}`;
    const created = await this.bus.request(createAccessKey, {
      ...body,
      keyHash: createHash('sha256').update(key).digest('hex'),
      ...(expiresAt !== undefined && { expiresAtMs: moment(expiresAt) }),
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
    this.known.forget();
    return withIsoTimes(revoked);
  }

  @Get('users')
  @Needs('admin')
  async listUsers(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listUsers, {})) as object), nextCursor: null };
  }

  /** Scopes in a token already given stay until it ends, a quarter of an hour at most. */
  @Put('users/:id')
  @Needs('admin')
  async changeUser(@Param() { id: userId }: RecordId, @Body() change: UserChange): Promise<unknown> {
    const changed = await this.bus.request(changeUser, { ...change, userId });
    this.known.forget();
    return withIsoTimes(changed);
  }

  /** For a user who has lost the password: hand the token over, it works once and for half an hour. */
  @Post('users/:id/reset-token')
  @Needs('admin')
  async resetToken(@Param() { id }: RecordId): Promise<{ token: string }> {
    return { token: await this.tokens.issueReset(id) };
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
}

const masked = <Key extends { readonly keyHint: string }>({ keyHint, ...key }: Key): object => ({
  ...key,
  apiKey: `****${keyHint}`,
});
