import { runService } from '@elvis/platform';
import { FrontConfig } from './front.config';
import { FrontModule } from './front.module';
import { startFront } from './start-front';

void runService({ name: 'binance-gateway', module: FrontModule, config: FrontConfig, start: startFront });
