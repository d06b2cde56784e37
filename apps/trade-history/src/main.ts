import { runService } from '@elvis/platform';
import { TradeHistoryConfig } from './trade-history.config';
import { TradeHistoryModule } from './trade-history.module';

void runService({ name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig });
