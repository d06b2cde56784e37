import {
  ResearchKind,
  ResearchOptions,
  ResearchProgress,
  cancelResearch,
  deleteResearch,
  listBacktests,
  runResearch,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { idempotencyKey } from '../bots/bot-parameters';
import { KeptAnswers, idOf } from '../bots/kept-answers';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { cursor, pageSize, queryParameter } from '../openapi/parameters';
import { listOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';
import { inMilliseconds } from '../rest/time-range';
import { RecordId } from '../users/identity.dto';
import { backtestId } from './backtest-parameters';
import { BacktestQuery, NewBacktest, NewGrid, NewWalkForward } from './backtests.dto';
import { OwnBacktests } from './own-backtests';

const queued = {
  202: {
    description: 'Queued; `GET /api/v1/backtests/{id}` and the topic `research` tell how far.',
    schema: 'BacktestProgress',
  },
};
const refusals = { 400: ['BACKTEST_INVALID', 'IDEMPOTENCY_KEYS_DIFFER'], 404: ['STRATEGY_NOT_FOUND'] };
const example = { strategy: 'ema-crossover', data: 'generated:30', parameters: { fast: 8 } };

@ApiTags('Backtests')
@Controller('api/v1/backtests')
export class BacktestsRestController {
  constructor(
    private readonly bus: Bus,
    private readonly backtests: OwnBacktests,
    private readonly kept: KeptAnswers,
  ) {}

  @Post()
  @HttpCode(202)
  @Describe({
    id: 'runBacktest',
    summary: 'Run a backtest',
    description:
      'The strategy over a data set, each number of its parameters a fifth lower and higher, and a walk-forward of four spans, judged by the limits of risk as they are now.',
    parameters: [idempotencyKey],
    body: { schema: 'NewBacktest', required: true, example },
    answers: queued,
    failures: refusals,
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  run(
    @From() caller: Caller,
    @Body() body: NewBacktest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.queue(caller, key, 'backtest', inMilliseconds(body));
  }

  @Post('walk-forward')
  @HttpCode(202)
  @Describe({
    id: 'runWalkForward',
    summary: 'Run a backtest with a walk-forward of so many spans',
    description: 'Each span but the first is traded with what did best in the one before.',
    parameters: [idempotencyKey],
    body: { schema: 'NewWalkForward', required: true, example: { ...example, parts: 5 } },
    answers: queued,
    failures: refusals,
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  walkForward(
    @From() caller: Caller,
    @Body() body: NewWalkForward,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.queue(caller, key, 'walk-forward', inMilliseconds(body));
  }

  @Post('grid')
  @HttpCode(202)
  @Describe({
    id: 'runGrid',
    summary: 'Run a backtest with every combination of some parameters',
    description: 'Each combination is a trial. At most 1,000.',
    parameters: [idempotencyKey],
    body: {
      schema: 'NewGrid',
      required: true,
      example: { ...example, parameters: {}, grid: { fast: ['6', '9'], slow: ['21', '34'] } },
    },
    answers: queued,
    failures: refusals,
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  grid(
    @From() caller: Caller,
    @Body() body: NewGrid,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.queue(caller, key, 'grid', inMilliseconds(body));
  }

  @Get()
  @Describe({
    id: 'listBacktests',
    summary: 'My backtests, newest first',
    parameters: [
      queryParameter('strategy', { type: 'string' }, 'Only of this strategy.'),
      cursor,
      pageSize(),
    ],
    answers: { 200: { description: 'Without those that were deleted.', schema: listOf('Backtest') } },
  })
  @Needs('read')
  async list(@From() caller: Caller, @Query() query: BacktestQuery): Promise<unknown> {
    const owner = ownerOf(caller);
    const { items, nextCursor } = await this.bus.request(listBacktests, { ...query, owner });
    return {
      items: await Promise.all(items.map((item) => this.backtests.withProgress(item, owner))),
      nextCursor,
    };
  }

  @Get(':id')
  @Describe({
    id: 'backtest',
    summary: 'One of my backtests',
    parameters: [backtestId],
    answers: { 200: { description: 'Its figures, or how far it is.', schema: 'Backtest' } },
    failures: { 404: ['BACKTEST_NOT_FOUND'] },
  })
  @Needs('read')
  one(@From() caller: Caller, @Param() { id }: RecordId): Promise<object> {
    return this.backtests.one({ id, owner: ownerOf(caller) });
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Describe({
    id: 'cancelBacktest',
    summary: 'Cancel a backtest',
    description: 'What runs of it is ended, and nothing of it counts as a trial.',
    parameters: [backtestId],
    answers: { 200: { description: 'CANCELED.', schema: 'BacktestProgress' } },
    failures: { 404: ['BACKTEST_NOT_FOUND'], 409: ['BACKTEST_ENDED'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async cancel(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    const wish = { id, owner: ownerOf(caller), actor: caller.actor };
    return shown(await this.bus.request(cancelResearch, wish));
  }

  @Delete(':id')
  @Describe({
    id: 'deleteBacktest',
    summary: 'Delete a backtest',
    description: 'Its report goes and it is listed no more. Its trials still count.',
    parameters: [backtestId],
    answers: { 200: { description: 'Deleted.', schema: 'DeletedBacktest' } },
    failures: { 404: ['BACKTEST_NOT_FOUND'], 409: ['BACKTEST_RUNNING'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  delete(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    return this.bus.request(deleteResearch, { id, owner: ownerOf(caller), actor: caller.actor });
  }

  private queue(
    caller: Caller,
    key: string | undefined,
    kind: ResearchKind,
    options: ResearchOptions,
  ): Promise<unknown> {
    return this.kept.once(caller, key, { research: kind, ...options }, async () => {
      const id = key === undefined ? randomUUID() : idOf(caller, key);
      const wish = { id, kind, options, owner: ownerOf(caller), actor: caller.actor };
      return shown(await this.bus.request(runResearch, wish));
    });
  }
}

function shown({ owner: _, ...progress }: ResearchProgress): unknown {
  return withIsoTimes(progress);
}
