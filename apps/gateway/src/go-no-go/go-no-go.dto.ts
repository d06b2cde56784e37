import { DecideGoNoGo, ListGoNoGo, RevokeClearance } from '@elvis/contracts';
import { PickType } from '@nestjs/mapped-types';
import { IsIn, IsOptional, IsUUID } from 'class-validator';

export class NewGoNoGo {
  /** The installation if absent. */
  @IsOptional() @IsUUID() readonly botId?: string;
}

export class GoNoGoQuery extends PickType(ListGoNoGo, ['limit']) {
  @IsOptional() @IsUUID() readonly botId?: string;
}

export class GoNoGoReportQuery {
  /** `export` is what `npm run go-no-go -- --verify FILE` recomputes. */
  @IsIn(['json', 'html', 'export']) readonly format: 'json' | 'html' | 'export' = 'json';
}

export class DecisionBody extends PickType(DecideGoNoGo, ['decision', 'reason']) {}

export class RevocationBody extends PickType(RevokeClearance, ['reason']) {}
