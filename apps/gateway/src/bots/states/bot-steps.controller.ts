import { BotStepSummary, Page, getBotParity, getBotStep, getWork, listBotSteps } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Caller, From, Needs, ownerOf } from '../../identity/caller';
import { Describe } from '../../openapi/describe';
import { cursor, pageSize, pathParameter, queryParameter } from '../../openapi/parameters';
import { listOf } from '../../openapi/shape';
import { withIsoTimes } from '../../rest/iso-time';
import { RecordId } from '../../users/identity.dto';
import { botId } from '../bot-parameters';
import { withBotTimes } from '../bot-times';
import { RunQuery, StepPath, StepsQuery } from '../bots.dto';
import { OwnBots } from '../own-bots';

const failures = { 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] };
const run = queryParameter('run', { type: 'integer', minimum: 1 }, 'Only this run.');
const PAGE = 1_000;
/** A week of minutes is run again for it. */
const SLOW = { timeoutMs: 45_000 } as const;

@ApiTags('Bots')
@Controller('api/v1')
export class BotStepsController {
  constructor(
    private readonly bus: Bus,
    private readonly bots: OwnBots,
  ) {}

  @Get('bots/:id/steps')
  @Describe({
    id: 'botSteps',
    summary: 'Steps of a bot, newest first',
    parameters: [botId, run, cursor, pageSize()],
    answers: { 200: { description: 'Each with its reasons.', schema: listOf('BotStep') } },
    failures,
  })
  @Needs('read')
  async list(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() query: StepsQuery,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    return withIsoTimes(await this.page(caller, id, query));
  }

  /** Line by line as JSON, for tables and models outside. */
  @Get('bots/:id/steps.ndjson')
  @Describe({
    id: 'exportBotSteps',
    summary: 'All steps of a bot as NDJSON, newest first',
    parameters: [botId, run],
    answers: {
      200: {
        description: 'One step a line.',
        schema: { type: 'object' },
        otherTypes: { 'application/x-ndjson': { schema: { type: 'string' } } },
      },
    },
    failures,
  })
  @Needs('read')
  async export(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() query: RunQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.bots.one(caller, id);
    void reply.type('application/x-ndjson').send(Readable.from(this.lines(caller, id, query)));
  }

  @Get('bots/:id/steps/:step')
  @Describe({
    id: 'botStep',
    summary: 'One step, explained',
    description:
      'Candle, inputs, reasons and intents; of each order the decision of risk, the order, its fills and the numbers of the audit log.',
    parameters: [
      botId,
      pathParameter('step', { type: 'integer', minimum: 1 }, 'Its number in the run.'),
      queryParameter('run', { type: 'integer', minimum: 1 }, 'The newest run if absent.'),
    ],
    answers: { 200: { description: 'The step.', schema: 'BotStepWhole' } },
    failures: { ...failures, 404: ['BOT_NOT_FOUND', 'BOT_STEP_NOT_FOUND'] },
  })
  @Needs('read')
  async one(
    @From() caller: Caller,
    @Param() { id, step }: StepPath,
    @Query() { run: named }: RunQuery,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    const wish = {
      botConfigId: id,
      owner: ownerOf(caller),
      step,
      ...(named !== undefined && { run: named }),
    };
    return withBotTimes(await this.bus.request(getBotStep, wish));
  }

  @Get('bots/:id/parity')
  @Describe({
    id: 'botParity',
    summary: 'A run beside a backtest of its candles',
    description:
      'Runs the strategy again as a backtest over the period of the run and pairs the steps by their candle. Each difference has its class and the first input that differs; only DIFFERENT_FILL is a fact of the market.',
    parameters: [botId, queryParameter('run', { type: 'integer', minimum: 1 }, 'The newest run if absent.')],
    answers: { 200: { description: 'Counts by class, and each difference.', schema: 'BotParity' } },
    failures: {
      ...failures,
      400: ['BOT_CONFIG_INVALID'],
      404: ['BOT_NOT_FOUND', 'BOT_STEP_NOT_FOUND'],
      503: ['MARKET_DATA_MISSING'],
    },
  })
  @Needs('read')
  async parity(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() { run: named }: RunQuery,
  ): Promise<unknown> {
    await this.bots.one(caller, id);
    const wish = { botConfigId: id, owner: ownerOf(caller), ...(named !== undefined && { run: named }) };
    return withIsoTimes(await this.bus.request(getBotParity, wish, SLOW));
  }

  @Get('work')
  @Describe({
    id: 'work',
    summary: 'Queues of bots and research',
    answers: { 200: { description: 'Depth, age, workers and waits of each.', schema: 'Work' } },
  })
  @Needs('read')
  async work(): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getWork, {}));
  }

  private page(
    caller: Caller,
    botConfigId: string,
    query: Partial<StepsQuery>,
  ): Promise<Page<BotStepSummary>> {
    const { limit = PAGE, ...rest } = query;
    return this.bus.request(listBotSteps, { ...rest, limit, botConfigId, owner: ownerOf(caller) });
  }

  private async *lines(caller: Caller, id: string, query: RunQuery): AsyncGenerator<string> {
    let from: string | null | undefined;
    do {
      const { items, nextCursor } = await this.page(caller, id, { ...query, ...(from && { cursor: from }) });
      for (const step of items) yield `${JSON.stringify(withIsoTimes(step))}\n`;
      from = nextCursor;
    } while (from);
  }
}
