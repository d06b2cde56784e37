import { Seal } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { AuthenticationModule } from '../identity/authentication.module';
import { KeyRotation } from './key-rotation';
import { KeysController } from './keys.controller';

@Module({
  imports: [AuthenticationModule],
  controllers: [KeysController],
  providers: [
    KeyRotation,
    {
      provide: Seal,
      inject: [GatewayConfig],
      useFactory: ({ ENCRYPTION_KEY, ENCRYPTION_KEY_OLD }: GatewayConfig) =>
        new Seal([ENCRYPTION_KEY, ENCRYPTION_KEY_OLD]),
    },
  ],
})
export class KeysModule {}
