import {
  createAccessKey,
  listAccessKeys,
  listExchangeKeys,
  removeExchangeKey,
  revokeAccessKey,
  storeExchangeKey,
  userPerson,
} from '@elvis/contracts';
import { Bus, Seal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { withIsoTimes } from '../rest/iso-time';
import { moment } from '../rest/time-range';
import { Caller, From, Needs, botOf, requireScopes, requireUser } from '../identity/caller';
import { AccessKeyBody, ExchangeKeyBody, RecordId } from '../users/identity.dto';
import { newFrontKey } from './front-key';
import { KeyRotation, Rotation } from './key-rotation';
import { KnownKeys } from '../identity/known-keys';
import { KnownUsers } from '../identity/known-users';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf } from '../openapi/shape';

const id = pathParameter('id', uuid, 'Whose.');

/** Our own keys and users are an administrator's; an exchange key is its user's alone. */
@ApiTags('Identity')
@Controller('api/v1')
export class KeysController {
  constructor(
    private readonly bus: Bus,
    private readonly known: KnownKeys,
    private readonly knownUsers: KnownUsers,
    private readonly seal: Seal,
    private readonly rotation: KeyRotation,
  ) {}

  /** The key is in this answer and nowhere else. It may do no more than who makes it, and than whom it stands for. */
  @Post('access-keys')
  @Describe({
    id: 'createAccessKey',
    summary: 'Create an access key',
    description:
      'It cannot have a scope that its creator lacks, and it loses a scope when a user behind it does. With `botConfigId` its orders belong to that bot, and it cannot act for another. With `kind` `binance` it opens the Binance front and nothing else.',
    body: { schema: 'NewAccessKey', required: true, example: { name: 'dashboard', scopes: ['read'] } },
    answers: {
      201: { description: 'The key; it is shown only in this answer.', schema: 'CreatedAccessKey' },
    },
    failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['USER_NOT_FOUND'], 503: ['ENCRYPTION_NOT_CONFIGURED'] },
  })
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
    const { stored, shown } =
      body.kind === 'binance'
        ? newFrontKey(this.seal, body.publicKey, botConfigId)
        : newOwnKey(body.publicKey, botConfigId);
    const created = await this.bus.request(createAccessKey, {
      ...body,
      ...stored,
      persons: [...new Set(behind)],
      madeBy: caller.actor,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    });
    return { ...(withIsoTimes(created) as object), ...shown };
  }

  @Get('access-keys')
  @Describe({
    id: 'listAccessKeys',
    summary: 'Access keys, newest first',
    answers: { 200: { description: 'At most a thousand.', schema: listOf('AccessKey') } },
  })
  @Needs('admin')
  async listAccessKeys(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listAccessKeys, {})) as object), nextCursor: null };
  }

  @Delete('access-keys/:id')
  @Describe({
    id: 'revokeAccessKey',
    summary: 'Revoke a key',
    description:
      'Other gateways accept it for up to five more seconds; after that its streams are closed too.',
    parameters: [id],
    answers: { 200: { description: 'Revoked.', schema: 'AccessKey' } },
    failures: { 404: ['KEY_NOT_FOUND'] },
  })
  @Needs('admin')
  async revokeAccessKey(@Param() { id }: RecordId): Promise<unknown> {
    const revoked = await this.bus.request(revokeAccessKey, { id });
    this.forget();
    return withIsoTimes(revoked);
  }

  /** Before it: the new key in ENCRYPTION_KEY, the one before in ENCRYPTION_KEY_OLD. */
  @Post('encryption-key/rotation')
  @HttpCode(200)
  @Describe({
    id: 'rotateEncryptionKey',
    summary: 'Re-encrypt every exchange key with the current encryption key',
    description: 'Safe to repeat; `npm run ops:rotate-encryption-key` calls it.',
    answers: {
      200: {
        description: 'Every key that could be decrypted is encrypted with the current one.',
        schema: 'Rotation',
      },
    },
    failures: { 503: ['ENCRYPTION_NOT_CONFIGURED'] },
  })
  @Needs('admin')
  rotateEncryptionKey(): Promise<Rotation> {
    return this.rotation.run();
  }

  @Post('api-keys')
  @Describe({
    id: 'storeExchangeKey',
    summary: 'Store an exchange key, encrypted',
    description:
      'At most 10 per user. Not used for trading yet: Elvis trades one account, that of its environment.',
    body: {
      schema: 'NewExchangeKey',
      required: true,
      example: {
        label: 'main',
        market: 'futures',
        apiKey: 'vmPUZE6mv9SD5VNHk4Hl',
        apiSecret: 'NhqPtmdSJYdKjVHjA7PZ',
      },
    },
    answers: { 201: { description: 'Stored; it is never shown again.', schema: 'ExchangeKey' } },
    failures: {
      403: ['USER_REQUIRED'],
      409: ['KEY_LIMIT_REACHED'],
      503: ['ENCRYPTION_NOT_CONFIGURED'],
    },
  })
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
  @Describe({
    id: 'listExchangeKeys',
    summary: 'My exchange keys, masked',
    answers: { 200: { description: 'Only the keys of the caller.', schema: listOf('ExchangeKey') } },
    failures: { 403: ['USER_REQUIRED'] },
  })
  @Needs('anyone')
  async listExchangeKeys(@From() caller: Caller): Promise<unknown> {
    const { items } = await this.bus.request(listExchangeKeys, { userId: requireUser(caller) });
    return { items: items.map((key) => withIsoTimes(masked(key))), nextCursor: null };
  }

  @Delete('api-keys/:id')
  @Describe({
    id: 'removeExchangeKey',
    summary: 'Delete an exchange key',
    parameters: [id],
    answers: { 200: { description: 'Deleted, with its encrypted content.', schema: 'ExchangeKey' } },
    failures: { 403: ['USER_REQUIRED'], 404: ['KEY_NOT_FOUND'] },
  })
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

function newOwnKey(publicKey: string | undefined, botConfigId: string | undefined) {
  if (publicKey !== undefined)
    throw new TradingFailure(
      'MESSAGE_MALFORMED',
      'Only a key of the kind binance has a publicKey; nothing was stored',
    );
  const key = `elv_${randomBytes(32).toString('base64url')}`;
  const keyHash = createHash('sha256').update(key).digest('hex');
  return { stored: { keyHash, ...(botConfigId !== undefined && { botConfigId }) }, shown: { key } };
}

/** Elvis trades one account, that of its environment: docs/decisions. */
const UNUSED = 'Stored, but not used yet: Elvis trades only the account of BINANCE_API_KEY';

const masked = <Key extends { readonly keyHint: string }>({ keyHint, ...key }: Key): object => ({
  ...key,
  apiKey: `****${keyHint}`,
  isUsed: false,
  note: UNUSED,
});
