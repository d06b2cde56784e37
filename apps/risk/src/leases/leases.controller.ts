import { ReleaseSymbolLease, SymbolLease, listSymbolLeases, releaseSymbolLease } from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { SymbolLeases } from './symbol-leases';

@Controller()
export class LeasesController {
  constructor(private readonly leases: SymbolLeases) {}

  @MessagePattern(listSymbolLeases.subject)
  async list(): Promise<{ readonly items: readonly SymbolLease[] }> {
    return { items: await this.leases.held() };
  }

  @MessagePattern(releaseSymbolLease.subject)
  release(@Payload() { market, subject, actor }: ReleaseSymbolLease): Promise<SymbolLease> {
    return this.leases.release({ market, subject }, actor);
  }
}
