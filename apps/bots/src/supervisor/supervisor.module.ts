import { Module } from '@nestjs/common';
import { BotFactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { ProtectionModule } from '../protection/protection.module';
import { WorkerModule } from '../worker/worker.module';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';
import { BotStateStore } from './bot-state-store';
import { CandleFollower } from './followers/candle-follower';
import { FactFollower } from './followers/fact-follower';
import { FundingFollower } from './followers/funding-follower';
import { HaltWatcher } from './followers/halt-watcher';
import { JournalFollower } from './followers/journal-follower';
import { LiveAnnouncer } from './live-announcer';
import { FeedInterest } from './feed-interest';
import { LimitPauses } from './limit-pauses';
import { MissingPrices } from './missing-prices';
import { OverdueProtections } from './overdue-protections';
import { ProtectionSweep } from './protection-sweep';
import { StatesController } from './states.controller';
import { Supervisor } from './supervisor';
import { WorkerPlan } from './worker-plan';

/** What one process does for all bots. */
@Module({
  imports: [JournalModule, BotFactsModule, WorkerModule, ProtectionModule],
  controllers: [StatesController],
  providers: [
    BotIndex,
    BotChanges,
    BotStateStore,
    CandleFollower,
    FactFollower,
    FeedInterest,
    FundingFollower,
    HaltWatcher,
    JournalFollower,
    LiveAnnouncer,
    LimitPauses,
    MissingPrices,
    OverdueProtections,
    ProtectionSweep,
    WorkerPlan,
    Supervisor,
  ],
})
export class SupervisorModule {}
