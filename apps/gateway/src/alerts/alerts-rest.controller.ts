import {
  ALERT_KIND_NAMES,
  ALERT_STATES,
  AcknowledgeAlert,
  ListAlerts,
  acknowledgeAlert,
  listAlerts,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { OmitType } from '@nestjs/mapped-types';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Caller, From, Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { cursor, pathParameter, queryParameter, wholeNumber } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf, oneOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';
import { RecordId } from '../users/identity.dto';

class AlertsQuery extends OmitType(ListAlerts, ['limit']) {
  @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
}

export class AcknowledgementBody extends OmitType(AcknowledgeAlert, ['alertId', 'actor']) {}

/** What somebody had to be woken for, as it is stored. */
@ApiTags('Alerts')
@Controller('api/v1/alerts')
export class AlertsRestController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Describe({
    id: 'listAlerts',
    summary: 'Alerts, newest first',
    description: 'Of one kind and key one is open at a time and counts what comes while it is.',
    parameters: [
      queryParameter('state', oneOf(ALERT_STATES), 'All if absent.'),
      queryParameter('kind', oneOf(ALERT_KIND_NAMES), 'All if absent.'),
      cursor,
      queryParameter('limit', wholeNumber(1, 200, 50), 'Most items.'),
    ],
    answers: { 200: { description: 'A page.', schema: listOf('Alert') } },
  })
  @Needs('read')
  async list(@Query() wish: AlertsQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listAlerts, wish));
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Describe({
    id: 'acknowledgeAlert',
    summary: 'Say that an alert was seen',
    description:
      'The first acknowledgement stands, and is in the audit log. It closes what is over anyway; any other alert lasts until its cause is gone.',
    parameters: [pathParameter('id', uuid, 'Which.')],
    body: { schema: 'AlertAcknowledgement', required: true, example: { note: 'restarted the bot' } },
    answers: { 200: { description: 'The alert as it is now.', schema: 'Alert' } },
    failures: { 404: ['ALERT_NOT_FOUND'] },
  })
  @Needs('trade')
  async acknowledge(
    @From() { actor }: Caller,
    @Param() { id }: RecordId,
    @Body() { note }: AcknowledgementBody,
  ): Promise<unknown> {
    return withIsoTimes(await this.bus.request(acknowledgeAlert, { alertId: id, note, actor }));
  }
}
