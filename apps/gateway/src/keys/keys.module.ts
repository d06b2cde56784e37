import { Module } from '@nestjs/common';
import { AuthenticationModule } from '../identity/authentication.module';
import { KeyRotation } from './key-rotation';
import { KeysController } from './keys.controller';
import { Seal } from './seal';

@Module({
  imports: [AuthenticationModule],
  controllers: [KeysController],
  providers: [KeyRotation, Seal],
})
export class KeysModule {}
