import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { WorkerModule } from '../worker/worker.module';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';
import { BotStateStore } from './bot-state-store';
import { CandleFollower } from './candle-follower';
import { FactFollower } from './fact-follower';
import { HaltWatcher } from './halt-watcher';
import { JournalFollower } from './journal-follower';
import { LiveNews } from './live-news';
import { Supervisor } from './supervisor';

/** What one process does for all bots. */
@Module({
  imports: [JournalModule, FactsModule, WorkerModule],
  providers: [
    BotIndex,
    BotChanges,
    BotStateStore,
    CandleFollower,
    FactFollower,
    HaltWatcher,
    JournalFollower,
    LiveNews,
    Supervisor,
  ],
})
export class SupervisorModule {}
