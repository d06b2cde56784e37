import { runService } from '@elvis/platform';
import { MarketDataConfig } from './market-data.config';
import { MarketDataModule } from './market-data.module';

void runService({ name: 'market-data', module: MarketDataModule, config: MarketDataConfig });
