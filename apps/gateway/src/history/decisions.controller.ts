import { RiskDecided, findDecision } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { CLIENT_ORDER_ID_PATTERN } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { IsUUID, Matches } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';

class DecisionId {
  @IsUUID() readonly id!: string;
}

class DecisionOfOrder {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
}

/** What risk decided, and on which numbers. */
@Controller('api/v1/decisions')
export class DecisionsController {
  constructor(private readonly bus: Bus) {}

  @Get(':id')
  @Needs('read')
  async find(@Param() { id }: DecisionId): Promise<object> {
    return toDecisionBody(await this.bus.request(findDecision, { decisionId: id }));
  }

  @Get()
  @Needs('read')
  async findOfOrder(@Query() { clientOrderId }: DecisionOfOrder): Promise<object> {
    return toDecisionBody(await this.bus.request(findDecision, { clientOrderId }));
  }
}

const toDecisionBody = ({ decidedAtMs, deniedOrder: _, revision: __, ...decision }: RiskDecided): object => ({
  ...decision,
  decidedAt: isoTime(decidedAtMs),
});
