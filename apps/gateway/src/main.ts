import { runService } from '@elvis/platform';
import { GatewayConfig } from './gateway.config';
import { GatewayModule } from './gateway.module';
import { startGateway } from './start-gateway';

void runService({ name: 'gateway', module: GatewayModule, config: GatewayConfig, start: startGateway });
