import {
  BotConfigBody,
  changeBotConfig,
  checkBotConfig,
  createBotConfig,
  deleteBotConfig,
  listBotConfigRevisions,
  setSignalSecret,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { RecordId } from '../users/identity.dto';
import { Describe } from '../openapi/describe';
import { cursor, pageSize } from '../openapi/parameters';
import { listOf } from '../openapi/shape';
import { alertText } from './signals/alert-text';
import { botId, idempotencyKey } from './bot-parameters';
import { withBotTimes } from './bot-times';
import { ChangedBotConfig, NewBotConfig, PageQuery } from './bots.dto';
import { idOf } from './kept-answers';
import { OwnBots } from './own-bots';
import { BotStates } from './states/bot-states';

const example = {
  name: 'First bot',
  strategy: 'ema-crossover',
  symbol: 'BTCUSDT',
  interval: '1m',
  initialCapital: '1000',
  parameters: { fast: 8, slow: 21 },
  limits: { maxDailyLoss: '50' },
};

@ApiTags('Bots')
@Controller('api/v1/bot-configs')
export class BotConfigsController {
  constructor(
    private readonly bus: Bus,
    private readonly bots: OwnBots,
    private readonly states: BotStates,
  ) {}

  @Get()
  @Describe({
    id: 'listBotConfigs',
    summary: 'My bots, newest first',
    answers: { 200: { description: 'Only the caller’s own.', schema: listOf('BotConfig') } },
  })
  @Needs('read')
  async list(@From() caller: Caller): Promise<unknown> {
    return { items: (await this.bots.all(caller)).map(withBotTimes), nextCursor: null };
  }

  @Post()
  @Describe({
    id: 'createBotConfig',
    summary: 'Make a bot',
    description: 'It is STOPPED. One bot of an owner for a market and symbol.',
    parameters: [idempotencyKey],
    body: { schema: 'NewBotConfig', required: true, example },
    answers: { 201: { description: 'Saved as revision 1.', schema: 'BotConfig' } },
    failures: {
      400: ['BOT_CONFIG_INVALID'],
      404: ['STRATEGY_NOT_FOUND'],
      409: ['BOT_SYMBOL_TAKEN', 'BOT_CONFIG_CHANGED'],
    },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async create(
    @From() caller: Caller,
    @Body() body: NewBotConfig,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    const codeHash = await this.check(body);
    const id = key === undefined ? randomUUID() : idOf(caller, key);
    const wish = { id, body, codeHash, owner: ownerOf(caller), actor: caller.actor };
    return withBotTimes(await this.bus.request(createBotConfig, wish));
  }

  @Get(':id')
  @Describe({
    id: 'botConfig',
    summary: 'One of my bots',
    parameters: [botId],
    answers: { 200: { description: 'Its newest revision.', schema: 'BotConfig' } },
    failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] },
  })
  @Needs('read')
  async one(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    const { greatestRun: _, ...config } = await this.bots.one(caller, id);
    return withBotTimes(config);
  }

  @Put(':id')
  @Describe({
    id: 'changeBotConfig',
    summary: 'Write a new revision',
    description:
      'The whole configuration, with the revision it was made from. A run keeps the revision it began with.',
    parameters: [botId],
    body: { schema: 'ChangedBotConfig', required: true, example: { ...example, revision: 1 } },
    answers: { 200: { description: 'Saved.', schema: 'BotConfig' } },
    failures: {
      400: ['BOT_CONFIG_INVALID'],
      403: ['BOT_NOT_ALLOWED'],
      404: ['BOT_NOT_FOUND', 'STRATEGY_NOT_FOUND'],
      409: ['BOT_CONFIG_CHANGED', 'BOT_SYMBOL_TAKEN'],
    },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async change(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() { revision, ...body }: ChangedBotConfig,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    const codeHash = await this.check(body);
    const wish = { id, body, revision, codeHash, owner: ownerOf(caller), actor: caller.actor };
    return withBotTimes(await this.bus.request(changeBotConfig, wish));
  }

  @Delete(':id')
  @Describe({
    id: 'deleteBotConfig',
    summary: 'Delete a stopped bot',
    description: 'Its runs, steps and orders stay.',
    parameters: [botId],
    answers: { 200: { description: 'Deleted.', schema: 'BotConfig' } },
    failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'], 409: ['BOT_NOT_STOPPED'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async delete(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    await this.bots.one(caller, id);
    const state = await this.states.asked(id);
    if (state && state.status !== 'STOPPED')
      throw new TradingFailure(
        'BOT_NOT_STOPPED',
        `The bot is ${state.status}; nothing was deleted. Stop it first`,
        {
          context: { state: state.status },
        },
      );
    const wish = { id, owner: ownerOf(caller), actor: caller.actor };
    return withBotTimes(await this.bus.request(deleteBotConfig, wish));
  }

  @Get(':id/revisions')
  @Describe({
    id: 'botConfigRevisions',
    summary: 'Every revision, newest first',
    parameters: [botId, cursor, pageSize()],
    answers: {
      200: { description: 'As they were written, and by whom.', schema: listOf('BotConfigRevision') },
    },
    failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] },
  })
  @Needs('read')
  async revisions(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() { cursor: before, limit }: PageQuery,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    if (before !== undefined && !/^[1-9]\d{0,8}$/.test(before))
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        'Invalid `cursor`; use `nextCursor` of the previous page',
      );
    const wish = {
      id,
      owner: ownerOf(caller),
      limit,
      ...(before !== undefined && { before: Number(before) }),
    };
    const { items, nextCursor } = await this.bus.request(listBotConfigRevisions, wish);
    return { items: items.map(withBotTimes), nextCursor };
  }

  /** The secret is in this answer and nowhere else. */
  @Post(':id/signal-secret')
  @HttpCode(201)
  @Describe({
    id: 'createSignalSecret',
    summary: 'Make the secret for signals from outside',
    description: 'The one before is void. The answer also holds the text to paste into a TradingView alert.',
    parameters: [botId],
    answers: { 201: { description: 'The secret; it is shown only in this answer.', schema: 'SignalSecret' } },
    failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async signalSecret(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    await this.bots.one(caller, id);
    const secret = `sig_${randomBytes(32).toString('base64url')}`;
    const secretHash = createHash('sha256').update(secret).digest('hex');
    await this.bus.request(setSignalSecret, { id, secretHash, owner: ownerOf(caller), actor: caller.actor });
    return { botConfigId: id, secret, path: `/api/v1/signals/${id}`, alert: alertText(secret) };
  }

  /** The hash of the code it was checked against. @throws TradingFailure BOT_CONFIG_INVALID, STRATEGY_NOT_FOUND */
  private async check(body: BotConfigBody): Promise<string> {
    const { problems, codeHash } = await this.bus.request(checkBotConfig, { body });
    if (problems.length === 0) return codeHash;
    throw new TradingFailure('BOT_CONFIG_INVALID', `Nothing was saved: ${problems.join('; ')}`, {
      context: { problems },
    });
  }
}
