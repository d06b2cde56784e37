import { listSymbolLeases, releaseSymbolLease } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MARKETS, Market } from '@elvis/trading';
import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { Caller, From, Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { listOf, oneOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';

class LeasePath {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(/^[A-Z0-9_]{1,40}$/) readonly subject!: string;
}

@ApiTags('Control')
@Controller('api/v1/symbol-leases')
export class SymbolLeasesController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Describe({
    id: 'listSymbolLeases',
    summary: 'Which bot holds which symbol',
    answers: { 200: { description: 'Those that are held.', schema: listOf('SymbolLease') } },
  })
  @Needs('read')
  async list(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listSymbolLeases, {})) as object), nextCursor: null };
  }

  @Delete(':market/:subject')
  @Describe({
    id: 'releaseSymbolLease',
    summary: 'Take a symbol from the bot that holds it',
    description: 'Only once the bot has no position and no open order there.',
    parameters: [
      pathParameter('market', oneOf(MARKETS), 'Its market.'),
      pathParameter('subject', { type: 'string' }, 'Futures symbol, or spot base asset.'),
    ],
    answers: { 200: { description: 'Released.', schema: 'SymbolLease' } },
    failures: { 404: ['LEASE_NOT_FOUND'], 409: ['LEASE_IN_USE'] },
  })
  @Needs('limits')
  async release(@From() { actor }: Caller, @Param() path: LeasePath): Promise<unknown> {
    return withIsoTimes(
      await this.bus.request(releaseSymbolLease, { market: path.market, subject: path.subject, actor }),
    );
  }
}
