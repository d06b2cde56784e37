import { Module } from '@nestjs/common';
import { FactsModule } from '../facts/facts.module';
import { JournalModule } from '../journal/journal.module';
import { ProtectionModule } from '../protection/protection.module';
import { WorkerModule } from '../worker/worker.module';
import { BotChanges } from './bot-changes';
import { BotIndex } from './bot-index';
import { BotStateStore } from './bot-state-store';
import { CandleFollower } from './candle-follower';
import { Expiries } from './expiries';
import { FactFollower } from './fact-follower';
import { FundingFollower } from './funding-follower';
import { HaltWatcher } from './halt-watcher';
import { JournalFollower } from './journal-follower';
import { LiveAnnouncer } from './live-announcer';
import { LimitPauses } from './limit-pauses';
import { ProtectionSweep } from './protection-sweep';
import { StatesController } from './states.controller';
import { Supervisor } from './supervisor';

/** What one process does for all bots. */
@Module({
  imports: [JournalModule, FactsModule, WorkerModule, ProtectionModule],
  controllers: [StatesController],
  providers: [
    Expiries,
    BotIndex,
    BotChanges,
    BotStateStore,
    CandleFollower,
    FactFollower,
    FundingFollower,
    HaltWatcher,
    JournalFollower,
    LiveAnnouncer,
    LimitPauses,
    ProtectionSweep,
    Supervisor,
  ],
})
export class SupervisorModule {}
