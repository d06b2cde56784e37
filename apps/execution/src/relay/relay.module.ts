import { Module } from '@nestjs/common';
import { EventRelay } from './event-relay';

@Module({ providers: [EventRelay] })
export class RelayModule {}
