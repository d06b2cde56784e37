import { DecideGoNoGo, RevokeClearance } from '@elvis/contracts';
import { PickType } from '@nestjs/mapped-types';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

export class NewGoNoGo {
  /** The installation if absent. */
  @IsOptional() @IsUUID() readonly botId?: string;
}

export class GoNoGoQuery {
  @IsOptional() @IsUUID() readonly botId?: string;
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000) readonly limit: number = 50;
}

export class GoNoGoReportQuery {
  /** `export` is what `npm run go-no-go -- --verify FILE` recomputes. */
  @IsIn(['json', 'html', 'export']) readonly format: 'json' | 'html' | 'export' = 'json';
}

export class DecisionBody extends PickType(DecideGoNoGo, ['decision', 'reason']) {}

export class RevocationBody extends PickType(RevokeClearance, ['reason']) {}
