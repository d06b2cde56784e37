import { Module } from '@nestjs/common';
import { AccountCoverage } from './account-coverage';
import { HaltRequester } from './halt-requester';
import { OrderLocks } from './order-locks';

@Module({
  providers: [HaltRequester, OrderLocks, AccountCoverage],
  exports: [HaltRequester, OrderLocks, AccountCoverage],
})
export class ReplicasModule {}
