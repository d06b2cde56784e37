import { Body, Controller, Delete, Get, Post, Res } from '@nestjs/common';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { Caller, From, Needs } from '../identity/caller';
import { EmergencyStop } from './emergency-stop';
import { answerToClear, answerToStop, toStatusBody } from './stop-answer';
import { ClearBody, StopBody } from './stop.dto';

/** Both spellings, at the root and under /api/v1: nobody should have to look the address up. */
@Controller(['emergency_stop', 'emergency-stop', 'api/v1/emergency_stop', 'api/v1/emergency-stop'])
export class EmergencyStopController {
  constructor(private readonly button: EmergencyStop) {}

  @Post()
  @Needs('halt', { anyContentType: true, anyText: true, limit: 'HALT', keyFirst: true })
  async stop(
    @From() { actor, remoteIp }: Caller,
    @Body() body: StopBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToStop(await this.button.stop({ ...body, actor, remoteIp })));
  }

  @Delete()
  @Needs('clear', { anyContentType: true, anyText: true, limit: 'HALT' })
  async clear(
    @From() { actor, persons, remoteIp }: Caller,
    @Body() body: ClearBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAnswer(reply, answerToClear(await this.button.clear({ ...body, actor, persons, remoteIp })));
  }

  @Get('status')
  @Needs('read')
  async status(): Promise<object> {
    return toStatusBody(await this.button.status());
  }
}
