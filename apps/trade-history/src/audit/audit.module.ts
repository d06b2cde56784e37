import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { Checkpointer } from './checkpointer';
import { Retention } from './retention';

@Module({
  imports: [DatabaseModule],
  providers: [Checkpointer, Retention],
  exports: [Checkpointer],
})
export class AuditModule {}
