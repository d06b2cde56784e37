import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { DatabaseModule } from '../database/database.module';
import { Decisions } from './decisions';
import { OwnPastRows } from './own-past';
import { OwnPastController } from './own-past.controller';
import { HistoryController } from './history.controller';
import { Orders } from './orders';
import { TradeExports } from './trade-exports';
import { Trades } from './trades';

@Module({
  imports: [DatabaseModule, AuditModule],
  controllers: [HistoryController, OwnPastController],
  providers: [Trades, TradeExports, Orders, Decisions, OwnPastRows],
  exports: [TradeExports],
})
export class ListsModule {}
