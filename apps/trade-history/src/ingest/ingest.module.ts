import { Module } from '@nestjs/common';
import { AccountHistoryModule } from '../account/account-history.module';
import { StoredAlertsModule } from '../alerts/stored-alerts.module';
import { DatabaseModule } from '../database/database.module';
import { ResultsModule } from '../results/results.module';
import { Acknowledged } from './acknowledged';
import { EventStore } from './event-store';
import { Ingestor } from './ingestor';

@Module({
  imports: [DatabaseModule, ResultsModule, AccountHistoryModule, StoredAlertsModule],
  providers: [Acknowledged, EventStore, Ingestor],
})
export class IngestModule {}
