import {
  Clearance,
  DecideGoNoGo,
  GetGoNoGo,
  GoNoGoRun,
  ListClearances,
  ListGoNoGo,
  ReadGoNoGo,
  RevokeClearance,
  RunGoNoGo,
  decideGoNoGo,
  getGoNoGo,
  listClearances,
  listGoNoGo,
  readGoNoGo,
  revokeClearance,
  runGoNoGo,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Clearances } from './clearances';
import { GoNoGoRuns } from './go-no-go-runs';
import { StoredRuns } from './stored-runs';

@Controller()
export class GoNoGoController {
  constructor(
    private readonly runs: GoNoGoRuns,
    private readonly stored: StoredRuns,
    private readonly clearances: Clearances,
  ) {}

  @MessagePattern(runGoNoGo.subject)
  run(@Payload() wish: RunGoNoGo): Promise<GoNoGoRun> {
    return this.runs.begin(wish);
  }

  @MessagePattern(listGoNoGo.subject)
  list(@Payload() wish: ListGoNoGo): Promise<{ readonly items: readonly GoNoGoRun[] }> {
    return this.stored.list(wish);
  }

  @MessagePattern(getGoNoGo.subject)
  get(@Payload() wish: GetGoNoGo): Promise<GoNoGoRun> {
    return this.stored.get(wish);
  }

  @MessagePattern(readGoNoGo.subject)
  read(@Payload() wish: ReadGoNoGo): Promise<{ readonly parts: number; readonly data: string }> {
    return this.stored.read(wish);
  }

  @MessagePattern(decideGoNoGo.subject)
  decide(@Payload() wish: DecideGoNoGo): Promise<GoNoGoRun> {
    return this.clearances.decide(wish);
  }

  @MessagePattern(listClearances.subject)
  listClearances(@Payload() wish: ListClearances): Promise<{ readonly items: readonly Clearance[] }> {
    return this.clearances.list(wish);
  }

  @MessagePattern(revokeClearance.subject)
  revoke(@Payload() wish: RevokeClearance): Promise<Clearance> {
    return this.clearances.revoke(wish);
  }
}
