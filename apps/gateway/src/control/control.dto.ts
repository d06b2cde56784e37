/** What a person may change beside orders: the commands for risk, minus what the caller may not choose. */
import { CreateOverride, SetLeverage, SetLimits, SetTradingState } from '@elvis/contracts';
import { OmitType } from '@nestjs/mapped-types';
import { Matches } from 'class-validator';

export class LeverageBody extends OmitType(SetLeverage, ['actor', 'remoteIp', 'symbol']) {}

export class TradingStateBody extends OmitType(SetTradingState, ['actor', 'remoteIp', 'mayClear']) {}

export class LimitsBody extends OmitType(SetLimits, ['actor', 'remoteIp']) {}

export class OverrideBody extends OmitType(CreateOverride, ['actor', 'remoteIp', 'expiresAtMs']) {
  /** At most an hour ahead. */
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/, {
    message: 'expiresAt must be a time in ISO 8601, for example 2024-08-08T12:00:00Z',
  })
  readonly expiresAt!: string;
}
