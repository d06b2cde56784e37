import { listBotRuns, listBotStateHistory } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, From, Needs, ownerOf } from '../../identity/caller';
import { Describe } from '../../openapi/describe';
import { cursor, pageSize } from '../../openapi/parameters';
import { listOf } from '../../openapi/shape';
import { withIsoTimes } from '../../rest/iso-time';
import { RecordId } from '../../users/identity.dto';
import { botId } from '../bot-parameters';
import { PageQuery } from '../bots.dto';
import { OwnBots } from '../own-bots';
import { BotStates } from './bot-states';

const failures = { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] };

@ApiTags('Bots')
@Controller('api/v1')
export class BotStatesController {
  constructor(
    private readonly bus: Bus,
    private readonly bots: OwnBots,
    private readonly states: BotStates,
  ) {}

  @Get('bot-states')
  @Describe({
    id: 'listBotStates',
    summary: 'How my bots are',
    answers: { 200: { description: 'Each with its age.', schema: listOf('BotState') } },
  })
  @Needs('read')
  async list(@From() caller: Caller): Promise<unknown> {
    const states = await this.states.of(await this.bots.all(caller));
    return { items: states.map(withIsoTimes), nextCursor: null };
  }

  @Get('bot-states/:id')
  @Describe({
    id: 'botState',
    summary: 'How one of my bots is',
    parameters: [botId],
    answers: {
      200: { description: 'State, position, protections, limits, last step.', schema: 'BotState' },
    },
    failures,
  })
  @Needs('read')
  async one(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    const [state] = await this.states.of([await this.bots.one(caller, id)]);
    return withIsoTimes(state);
  }

  @Get('bot-states/:id/history')
  @Describe({
    id: 'botStateHistory',
    summary: 'Which states a bot went through, newest first',
    parameters: [botId, cursor, pageSize()],
    answers: { 200: { description: 'From its journal.', schema: listOf('StoredBotState') } },
    failures,
  })
  @Needs('read')
  async history(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() page: PageQuery,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    const wish = { ...page, botConfigId: id, owner: ownerOf(caller) };
    return withIsoTimes(await this.bus.request(listBotStateHistory, wish));
  }

  @Get('bots/:id/runs')
  @Describe({
    id: 'botRuns',
    summary: 'Runs of a bot, newest first',
    parameters: [botId, cursor, pageSize()],
    answers: { 200: { description: 'With how each ended.', schema: listOf('StoredBotRun') } },
    failures,
  })
  @Needs('read')
  async runs(@From() caller: Caller, @Param() { id }: RecordId, @Query() page: PageQuery): Promise<unknown> {
    await this.bots.one(caller, id);
    const wish = { ...page, botConfigId: id, owner: ownerOf(caller) };
    return withIsoTimes(await this.bus.request(listBotRuns, wish));
  }
}
