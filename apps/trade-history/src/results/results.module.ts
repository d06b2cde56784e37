import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { Instruments } from './instruments';
import { ResultRecorder } from './result-recorder';

@Module({
  imports: [DatabaseModule],
  providers: [Instruments, ResultRecorder],
  exports: [Instruments, ResultRecorder],
})
export class ResultsModule {}
