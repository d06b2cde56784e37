import { ListBacktests, ResearchOptions } from '@elvis/contracts';
import { OmitType, PickType } from '@nestjs/mapped-types';
import { IsIn } from 'class-validator';
import { IsoTimes } from '../rest/time-range';

export class NewBacktest extends IsoTimes(OmitType(ResearchOptions, ['grid', 'parts'])) {}

export class NewWalkForward extends IsoTimes(OmitType(ResearchOptions, ['grid'])) {}

export class NewGrid extends IsoTimes(OmitType(ResearchOptions, ['parts'])) {}

export class BacktestQuery extends PickType(ListBacktests, ['strategy', 'cursor', 'limit']) {}

export class ReportQuery {
  @IsIn(['json', 'html']) readonly format: 'json' | 'html' = 'json';
}
