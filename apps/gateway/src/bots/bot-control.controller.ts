import { acknowledgeBotFault, pauseBot, resumeBot, startBot, stopBot } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, From, Needs } from '../identity/caller';
import { RecordId } from '../users/identity.dto';
import { Describe } from '../openapi/describe';
import { botId, idempotencyKey } from './bot-parameters';
import { AcknowledgeBody, ReasonBody, ResumeBody, StartBody, StopBotBody } from './bots.dto';
import { KeptAnswers } from './kept-answers';
import { OwnBots } from './own-bots';

const parameters = [botId, idempotencyKey];
const missing = { 400: ['IDEMPOTENCY_KEYS_DIFFER'], 403: ['BOT_NOT_ALLOWED'], 404: ['BOT_NOT_FOUND'] };
/** A start reads leverage and open orders at the exchange first. */
const SLOW = { timeoutMs: 10_000 } as const;

@ApiTags('Bots')
@Controller('api/v1/bots')
export class BotControlController {
  constructor(
    private readonly bus: Bus,
    private readonly bots: OwnBots,
    private readonly kept: KeptAnswers,
  ) {}

  @Post(':id/start')
  @HttpCode(202)
  @Describe({
    id: 'startBot',
    summary: 'Start a bot',
    description: 'A run of the newest revision, or of the one that is named and still the newest.',
    parameters,
    body: { schema: 'BotStart', required: false, example: { revision: 1 } },
    answers: {
      202: {
        description: 'The run has begun; `GET /api/v1/bot-states/{id}` tells how far.',
        schema: 'BotRun',
      },
    },
    failures: {
      ...missing,
      409: [
        'BOT_ALREADY_RUNNING',
        'BOT_SYMBOL_TAKEN',
        'BOT_NOT_CLEARED',
        'BOT_OVERCOMMITTED',
        'BOT_CONFIG_CHANGED',
        'BOT_FAULT_OPEN',
        'TRADING_HALTED',
      ],
      400: [...missing[400], 'BOT_CONFIG_INVALID'],
    },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  start(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() body: StartBody | undefined,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.kept.once(caller, key, { start: id, ...body }, async () => {
      const config = await this.bots.one(caller, id);
      const revision = body?.revision ?? config.revision;
      return this.bus.request(startBot, { botId: id, revision, actor: caller.actor }, SLOW);
    });
  }

  @Post(':id/stop')
  @HttpCode(202)
  @Describe({
    id: 'stopBot',
    summary: 'Stop a bot',
    description:
      '`keep` leaves orders and position, `cancel` takes entries away and leaves protections, `flatten` closes everything. STOPPED, with this `stopId`, comes when the exchange was asked twice and lists what the mode promises.',
    parameters,
    body: { schema: 'BotStop', required: true, example: { mode: 'flatten', reason: 'done for today' } },
    answers: { 202: { description: 'Under way.', schema: 'BotStopping' } },
    failures: { ...missing, 409: ['BOT_NOT_RUNNING'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  stop(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() body: StopBotBody,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.steer(caller, key, { stop: id, ...body }, id, (asked) =>
      this.bus.request(stopBot, { ...asked, ...body }, SLOW),
    );
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Describe({
    id: 'pauseBot',
    summary: 'Let a bot enter nothing',
    description: 'Exits and protections go on.',
    parameters,
    body: { schema: 'BotReason', required: true, example: { reason: 'news at 14:30' } },
    answers: { 200: { description: 'PAUSED, by `person` among its causes.', schema: 'BotSteered' } },
    failures: { ...missing, 409: ['BOT_NOT_RUNNING'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  pause(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() body: ReasonBody,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.steer(caller, key, { pause: id, ...body }, id, (asked) =>
      this.bus.request(pauseBot, { ...asked, ...body }),
    );
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Describe({
    id: 'resumeBot',
    summary: 'End a person’s pause',
    description: 'Other causes of the pause stay, each until it is gone.',
    parameters,
    body: { schema: 'BotResume', required: false, example: { reason: 'the news is out' } },
    answers: { 200: { description: 'RUNNING, or PAUSED by what is left.', schema: 'BotSteered' } },
    failures: { ...missing, 409: ['BOT_NOT_RUNNING'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  resume(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() body: ResumeBody | undefined,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.steer(caller, key, { resume: id, ...body }, id, (asked) =>
      this.bus.request(resumeBot, { ...asked, ...body }),
    );
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Describe({
    id: 'acknowledgeBotFault',
    summary: 'Acknowledge the fault of a bot',
    description: 'It stays FAULTED, and may be started again.',
    parameters,
    body: {
      schema: 'BotAcknowledgement',
      required: true,
      example: { note: 'the exchange was in maintenance' },
    },
    answers: { 200: { description: 'Noted, with your name.', schema: 'BotSteered' } },
    failures: { ...missing, 409: ['BOT_NOT_FAULTED'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  acknowledge(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Body() body: AcknowledgeBody,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<unknown> {
    return this.steer(caller, key, { acknowledge: id, ...body }, id, (asked) =>
      this.bus.request(acknowledgeBotFault, { ...asked, ...body }),
    );
  }

  private steer(
    caller: Caller,
    key: string | undefined,
    wish: object,
    botId: string,
    ask: (asked: { botId: string; actor: string }) => Promise<unknown>,
  ): Promise<unknown> {
    return this.kept.once(caller, key, wish, async () => {
      await this.bots.one(caller, botId);
      return ask({ botId, actor: caller.actor });
    });
  }
}
