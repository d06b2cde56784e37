import { Module } from '@nestjs/common';
import { EventRelay } from './event-relay';
import { OpenOrderIndex } from './open-order-index';

@Module({ providers: [OpenOrderIndex, EventRelay], exports: [OpenOrderIndex] })
export class RelayModule {}
