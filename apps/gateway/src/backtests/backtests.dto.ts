import { ListBacktests, ResearchOptions } from '@elvis/contracts';
import { OmitType, PickType } from '@nestjs/mapped-types';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { IsoTimes } from '../rest/time-range';

export class NewBacktest extends IsoTimes(OmitType(ResearchOptions, ['grid', 'parts'])) {}

export class NewWalkForward extends IsoTimes(OmitType(ResearchOptions, ['grid'])) {}

export class NewGrid extends IsoTimes(OmitType(ResearchOptions, ['parts'])) {}

export class BacktestQuery extends PickType(ListBacktests, ['strategy', 'cursor']) {
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000) readonly limit: number = 50;
}

export class ReportQuery {
  @IsIn(['json', 'html']) readonly format: 'json' | 'html' = 'json';
}
