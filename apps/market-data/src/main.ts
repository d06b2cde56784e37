import { runService } from '@elvis/platform';
import { setFlagsFromString } from 'node:v8';
import { MarketDataConfig } from './market-data.config';
import { MarketDataModule } from './market-data.module';

// The engine waits long before it compiles what runs some twenty times a second, and wakes several threads to collect the
// little garbage of that; see docs/decisions/0032.
setFlagsFromString('--interrupt-budget=10000');
setFlagsFromString('--no-parallel-scavenge');

void runService({ name: 'market-data', module: MarketDataModule, config: MarketDataConfig });
