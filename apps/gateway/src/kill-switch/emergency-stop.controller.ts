import { Body, Controller, Delete, Get, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { Caller, From, Needs } from '../identity/caller';
import { EmergencyStop } from './emergency-stop';
import { answerToClear, answerToStop, toStatusBody } from './stop-answer';
import { ClearBody, StopBody } from './stop.dto';
import { Describe } from '../openapi/describe';
import { ref } from '../openapi/shape';

/** Served at the root too, and with a hyphen (`compat`): nobody should have to look the address up. */
@ApiTags('Kill switch')
@Controller('api/v1/emergency_stop')
export class EmergencyStopController {
  constructor(private readonly button: EmergencyStop) {}

  @Post()
  @Describe({
    id: 'emergencyStop',
    summary: 'Stop everything',
    description:
      'Answers when the exchange is verified to have no open orders, or after KILL_SWITCH_ANSWER_TIMEOUT_MS with the phase reached. If risk or the bus is unavailable the gateway sets the switch in Redis itself and answers `drained: false`.',
    body: { schema: 'StopRequest', required: false, example: { reason: 'prices look wrong' } },
    answers: {
      200: { description: 'Stopped, or an active stop was widened.', schema: 'Stop' },
      409: {
        description:
          'An active stop already covers this request; it is shown. Sent as application/problem+json.',
        schema: 'StopConflict',
        otherTypes: { 'application/problem+json': { schema: ref('StopConflict') } },
      },
    },
  })
  @Needs('halt', { anyContentType: true, anyText: true, limit: 'HALT', keyFirst: true })
  async stop(
    @From() { actor, remoteIp }: Caller,
    @Body() body: StopBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToStop(await this.button.stop({ ...body, actor, remoteIp })));
  }

  @Delete()
  @Describe({
    id: 'clearStop',
    summary: 'Allow trading again',
    body: {
      schema: 'ClearRequest',
      required: false,
      example: { reason: 'prices are right again', epoch: 7 },
    },
    answers: {
      200: { description: 'Cleared.', schema: 'Cleared' },
      202: { description: 'Another person has to confirm; the stop is still in force.', schema: 'Cleared' },
    },
    failures: { 409: ['STOP_NEWER_THAN_CLEAR', 'STOP_NOT_VERIFIED', 'STOP_CONDITION_LASTS'] },
  })
  @Needs('clear', { anyContentType: true, anyText: true, limit: 'HALT' })
  async clear(
    @From() { actor, persons, remoteIp }: Caller,
    @Body() body: ClearBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToClear(await this.button.clear({ ...body, actor, persons, remoteIp })));
  }

  @Get('status')
  @Describe({
    id: 'stopStatus',
    summary: 'Whether a stop is in force',
    answers: { 200: { description: 'Read from Redis for each request.', schema: 'StopStatus' } },
  })
  @Needs('read')
  async status(): Promise<object> {
    return toStatusBody(await this.button.status());
  }
}
