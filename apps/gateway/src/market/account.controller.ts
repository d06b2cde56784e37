import { AccountView, getAccount } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MARKETS, Market } from '@elvis/trading';
import { Controller, Get, Query } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { isoTime } from '../rest/iso-time';
import { Needs } from '../identity/caller';
import { toPositionsBody } from './positions';

class AccountQuery {
  @IsIn(MARKETS) readonly market: Market = 'futures';
}

/** The account as the exchange sees it, asked through execution; the root addresses are those of the old API. */
@Controller(['api/v1', '/'])
export class AccountController {
  constructor(private readonly bus: Bus) {}

  @Get('open_positions')
  @Needs('read')
  async openPositions(@Query() { market }: AccountQuery): Promise<object> {
    return toPositionsBody(await this.bus.request(getAccount, { market }), market);
  }

  @Get('balance')
  @Needs('read')
  async balance(@Query() { market }: AccountQuery): Promise<object> {
    const { balances, asOfMs }: AccountView = await this.bus.request(getAccount, { market });
    return { market, balances, asOf: isoTime(asOfMs) };
  }
}
