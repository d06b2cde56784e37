import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { ClearanceOutbox } from './clearance-outbox';
import { ClearanceReview } from './clearance-review';
import { Clearances } from './clearances';
import { EvidenceCollector } from './evidence/evidence-collector';
import { StoredEvidence } from './evidence/stored-evidence';
import { GoNoGoController } from './go-no-go.controller';
import { GoNoGoRuns } from './go-no-go-runs';
import { StoredRuns } from './stored-runs';

/** Judgements of bots and of the installation, and the clearances that follow. */
@Module({
  imports: [DatabaseModule],
  controllers: [GoNoGoController],
  providers: [
    ClearanceOutbox,
    ClearanceReview,
    Clearances,
    EvidenceCollector,
    GoNoGoRuns,
    StoredEvidence,
    StoredRuns,
  ],
})
export class GoNoGoModule {}
