/**
 * Signals from outside, such as alerts of TradingView. There is no key: the bot's own secret is a field of the body. It is
 * taken out before anything else sees the signal, and only its hash is compared. Of an address its failures are counted.
 */
import { checkSignalSecret, signalBot } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Needs } from '../../identity/caller';
import { IpLimiter } from '../../limits/ip-limiter';
import { addressKey, tooMany } from '../../limits/limit-answer';
import { Describe } from '../../openapi/describe';
import { pathParameter } from '../../openapi/parameters';
import { uuid } from '../../openapi/schema-parts';
import { SignalBody, SignalPath } from '../bots.dto';

@ApiTags('Bots')
@Controller('api/v1/signals')
export class SignalsController {
  constructor(
    private readonly bus: Bus,
    private readonly limiter: IpLimiter,
  ) {}

  @Post(':botConfigId')
  @HttpCode(202)
  @Describe({
    id: 'sendSignal',
    summary: 'Send a signal to a bot',
    description:
      'One signal id is one step: a second one of it changes nothing. One that comes late may only reduce. Read as JSON whatever the content type says.',
    parameters: [pathParameter('botConfigId', uuid, 'The bot.')],
    body: {
      schema: 'Signal',
      required: true,
      example: { secret: 'sig_...', id: 'BTCUSDT-2026-11-30T16:00:00Z', action: 'LONG', confidence: '0.7' },
    },
    answers: { 202: { description: 'The step that it made due.', schema: 'SignalTaken' } },
    failures: {
      400: ['MESSAGE_MALFORMED', 'BOT_CONFIG_INVALID'],
      401: ['SIGNAL_SECRET_WRONG'],
      409: ['BOT_NOT_RUNNING'],
      429: ['RATE_LIMITED'],
      500: ['INTERNAL_FAULT'],
      503: ['SERVICE_UNREACHABLE', 'STORE_UNAVAILABLE', 'OVERLOADED'],
      504: ['SERVICE_SILENT'],
    },
  })
  @Needs('public', { anyContentType: true })
  async send(
    @Req() request: FastifyRequest,
    @Param() { botConfigId: botId }: SignalPath,
    @Body() body: SignalBody,
  ): Promise<unknown> {
    const { secret, id: signalId, time, ...wish } = body;
    (request.body as Partial<Record<'secret', string>>).secret = undefined;
    const address = addressKey(request.ip);
    const count = await this.limiter.count('SIGNALS', address);
    if (count?.isOver) throw tooMany(count, request);
    const secretHash = createHash('sha256').update(secret).digest('hex');
    await this.bus.request(checkSignalSecret, { id: botId, secretHash });
    await this.limiter.giveBack('SIGNALS', address);
    const actor = `signal:${botId}`;
    request.caller = {
      actor,
      persons: [actor],
      remoteIp: request.ip,
      scopes: new Set(),
      credential: { kind: 'environment', id: actor },
    };
    const receivedAtMs = request.receivedAtMs;
    const madeAtMs = time === undefined ? {} : { madeAtMs: Date.parse(time) };
    return this.bus.request(signalBot, { botId, signal: { ...wish, signalId, receivedAtMs, ...madeAtMs } });
  }
}
