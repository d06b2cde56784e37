import {
  BacktestPart,
  CancelResearch,
  DeleteResearch,
  GetResearch,
  ReadBacktest,
  ResearchProgress,
  RunResearch,
  cancelResearch,
  deleteResearch,
  getResearch,
  readBacktest,
  runResearch,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ResearchJobs } from './research-jobs';

@Controller()
export class ResearchController {
  constructor(private readonly jobs: ResearchJobs) {}

  @MessagePattern(runResearch.subject)
  run(@Payload() wish: RunResearch): Promise<ResearchProgress> {
    return this.jobs.run(wish);
  }

  @MessagePattern(cancelResearch.subject)
  cancel(@Payload() wish: CancelResearch): Promise<ResearchProgress> {
    return this.jobs.cancel(wish);
  }

  @MessagePattern(deleteResearch.subject)
  delete(@Payload() wish: DeleteResearch): Promise<{ readonly id: string }> {
    return this.jobs.delete(wish);
  }

  @MessagePattern(getResearch.subject)
  progress(@Payload() wish: GetResearch): Promise<ResearchProgress> {
    return this.jobs.progress(wish);
  }

  @MessagePattern(readBacktest.subject)
  read(@Payload() wish: ReadBacktest): Promise<BacktestPart> {
    return this.jobs.read(wish);
  }
}
