import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module';
import { DatabaseModule } from '../database/database.module';
import { ResultsModule } from '../results/results.module';
import { EventStore } from './event-store';
import { Ingestor } from './ingestor';

@Module({
  imports: [DatabaseModule, ResultsModule, AccountModule],
  providers: [EventStore, Ingestor],
})
export class IngestModule {}
