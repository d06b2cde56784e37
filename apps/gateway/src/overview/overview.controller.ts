import { ListRecord, listRecord } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Controller, Get, Query } from '@nestjs/common';
import { OmitType } from '@nestjs/mapped-types';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsISO8601, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { queryParameter, wholeNumber } from '../openapi/parameters';
import { withIsoTimes } from '../rest/iso-time';
import { Overview, OverviewMoments } from './overview-moments';

class OverviewQuery {
  @IsOptional() @IsISO8601({ strict: true }) readonly at?: string;
}

class RecordQuery extends OmitType(ListRecord, ['owner', 'before', 'limit']) {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) readonly before?: number;
  @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 20;
}

/** What an operator looks at first. */
@ApiTags('Overview')
@Controller('api/v1')
export class OverviewController {
  constructor(
    private readonly moments: OverviewMoments,
    private readonly bus: Bus,
  ) {}

  @Get('overview')
  @Describe({
    id: 'overview',
    summary: 'Everything at one moment',
    description:
      'Made at most once a second. A part that cannot be had is null, and `lacks` names it with the code of its failure.',
    parameters: [
      queryParameter(
        'at',
        { type: 'string', format: 'date-time' },
        '`at` of one that was shown: the very same again.',
      ),
    ],
    answers: { 200: { description: 'As of `at`.', schema: 'Overview' } },
    failures: { 404: ['EXPLANATION_NOT_FOUND'] },
  })
  @Needs('read')
  async overview(@Query() { at }: OverviewQuery): Promise<Overview> {
    if (at === undefined) return this.moments.newest();
    const kept = this.moments.at(at);
    if (kept) return kept;
    throw new TradingFailure(
      'EXPLANATION_NOT_FOUND',
      `This gateway keeps no overview of ${at}; those of the newest two minutes are kept`,
    );
  }

  @Get('record')
  @Describe({
    id: 'record',
    summary: 'The newest entries of the audit log',
    description: 'Of bots, those of the caller. `GET /api/v1/explanations/:seq` tells the chain of one.',
    parameters: [
      queryParameter('before', { type: 'integer', minimum: 1 }, 'Only entries with a smaller number.'),
      queryParameter('limit', wholeNumber(1, 200, 20), 'Most items.'),
    ],
    answers: { 200: { description: 'Newest first.', schema: 'RecordEntries' } },
  })
  @Needs('read')
  async record(@From() caller: Caller, @Query() wish: RecordQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listRecord, { ...wish, owner: ownerOf(caller) }));
  }
}
