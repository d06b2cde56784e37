import { runService } from '@elvis/platform';
import { BotsConfig } from './bots.config';
import { BotsModule } from './bots.module';

void runService({ name: 'bots', module: BotsModule, config: BotsConfig });
