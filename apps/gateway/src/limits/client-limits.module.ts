import { Module } from '@nestjs/common';
import { IpLimiter } from './ip-limiter';

@Module({
  providers: [IpLimiter],
  exports: [IpLimiter],
})
export class ClientLimitsModule {}
