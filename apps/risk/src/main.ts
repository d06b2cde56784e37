import { runService } from '@elvis/platform';
import { RiskConfig } from './risk.config';
import { RiskModule } from './risk.module';

void runService({ name: 'risk', module: RiskModule, config: RiskConfig });
