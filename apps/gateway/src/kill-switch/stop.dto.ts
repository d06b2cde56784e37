/** The bodies of the emergency stop: the commands for risk, minus what the caller may not choose. */
import { ClearStop, RequestStop } from '@elvis/contracts';
import { OmitType } from '@nestjs/mapped-types';

export class StopBody extends OmitType(RequestStop, ['actor', 'remoteIp']) {}

export class ClearBody extends OmitType(ClearStop, ['actor', 'remoteIp', 'persons']) {}
