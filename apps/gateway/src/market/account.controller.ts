import { AccountView, getAccount } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MARKETS, Market } from '@elvis/trading';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';
import { toPositionsBody } from './positions';
import { Describe } from '../openapi/describe';
import { queryParameter } from '../openapi/parameters';
import { orderFields } from '../openapi/schema-parts';

const market = queryParameter('market', orderFields.market, 'Which account.');

class AccountQuery {
  @IsIn(MARKETS) readonly market: Market = 'futures';
}

/** The account as the exchange sees it, asked through execution. */
@ApiTags('Account')
@Controller('api/v1')
export class AccountController {
  constructor(private readonly bus: Bus) {}

  @Get('open_positions')
  @Describe({
    id: 'openPositions',
    summary: 'Open positions',
    parameters: [market],
    answers: { 200: { description: 'As the exchange reports them.', schema: 'Positions' } },
    failures: { 503: ['ACCOUNT_UNAVAILABLE', 'VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
  })
  @Needs('read')
  async openPositions(@Query() { market }: AccountQuery): Promise<object> {
    return toPositionsBody(await this.bus.request(getAccount, { market }), market);
  }

  @Get('balance')
  @Describe({
    id: 'balance',
    summary: 'Balances of the account',
    parameters: [market],
    answers: { 200: { description: 'As the exchange reports them.', schema: 'Balance' } },
    failures: { 503: ['ACCOUNT_UNAVAILABLE', 'VENUE_UNREACHABLE', 'VENUE_FROZEN'] },
  })
  @Needs('read')
  async balance(@Query() { market }: AccountQuery): Promise<object> {
    const { balances, asOfMs }: AccountView = await this.bus.request(getAccount, { market });
    return { market, balances, asOf: isoTime(asOfMs) };
  }
}
