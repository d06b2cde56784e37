import { Module } from '@nestjs/common';
import { RiskEventPublisher } from './event-publisher';

@Module({ providers: [RiskEventPublisher], exports: [RiskEventPublisher] })
export class EventsModule {}
