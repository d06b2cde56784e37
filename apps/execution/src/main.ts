import { runService } from '@elvis/platform';
import { ExecutionConfig } from './execution.config';
import { ExecutionModule } from './execution.module';

void runService({ name: 'execution', module: ExecutionModule, config: ExecutionConfig });
