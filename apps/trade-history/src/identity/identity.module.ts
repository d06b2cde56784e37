import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { AccessKeys } from './access-keys';
import { ExchangeKeys } from './exchange-keys';
import { IdentityController } from './identity.controller';
import { Users } from './users';

@Module({
  imports: [DatabaseModule],
  controllers: [IdentityController],
  providers: [Users, AccessKeys, ExchangeKeys],
})
export class IdentityModule {}
