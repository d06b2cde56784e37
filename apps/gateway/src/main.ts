import { runService } from '@elvis/platform';
import { GatewayConfig } from './gateway.config';
import { GatewayModule } from './gateway.module';
import { startGateway } from './start-gateway';

// The kill switch needs Redis alone, so the gateway does not wait for NATS.
void runService({
  name: 'gateway',
  module: GatewayModule,
  config: GatewayConfig,
  start: startGateway,
  startsWithoutBus: true,
});
