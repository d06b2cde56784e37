import { RiskDecided, findDecision } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { CLIENT_ORDER_ID_PATTERN } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsUUID, Matches } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter, queryParameter } from '../openapi/parameters';
import { clientOrderId, uuid } from '../openapi/schema-parts';

class DecisionId {
  @IsUUID() readonly id!: string;
}

class DecisionOfOrder {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
}

/** What risk decided, and on which numbers. */
@ApiTags('History')
@Controller('api/v1/decisions')
export class DecisionsController {
  constructor(private readonly bus: Bus) {}

  @Get(':id')
  @Describe({
    id: 'findDecision',
    summary: 'A risk decision and the numbers behind it',
    description:
      'An order answered with 503 has no decision. The audit log counts such orders by actor, code and second.',
    parameters: [pathParameter('id', uuid, '`decisionId` of the order.')],
    answers: { 200: { description: 'The decision.', schema: 'Decision' } },
    failures: { 404: ['DECISION_NOT_FOUND'] },
  })
  @Needs('read')
  async find(@Param() { id }: DecisionId): Promise<object> {
    return toDecisionBody(await this.bus.request(findDecision, { decisionId: id }));
  }

  @Get()
  @Describe({
    id: 'findDecisionOfOrder',
    summary: 'The risk decision on one order',
    parameters: [{ ...queryParameter('clientOrderId', clientOrderId, 'The order.'), required: true }],
    answers: { 200: { description: 'The decision.', schema: 'Decision' } },
    failures: { 404: ['DECISION_NOT_FOUND'] },
  })
  @Needs('read')
  async findOfOrder(@Query() { clientOrderId }: DecisionOfOrder): Promise<object> {
    return toDecisionBody(await this.bus.request(findDecision, { clientOrderId }));
  }
}

const toDecisionBody = ({ decidedAtMs, deniedOrder: _, revision: __, ...decision }: RiskDecided): object => ({
  ...decision,
  decidedAt: isoTime(decidedAtMs),
});
