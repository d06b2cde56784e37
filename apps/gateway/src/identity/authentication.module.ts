import { Module } from '@nestjs/common';
import { Authentication } from './authentication';
import { EnvironmentKey } from './environment-key';
import { KnownKeys } from './known-keys';
import { KnownUsers } from './known-users';
import { Sessions } from './sessions';
import { SignedValues } from './signed-values';
import { Tickets } from './tickets';
import { Tokens } from './tokens';

@Module({
  providers: [Authentication, EnvironmentKey, KnownKeys, KnownUsers, Sessions, SignedValues, Tickets, Tokens],
  exports: [Authentication, EnvironmentKey, KnownKeys, KnownUsers, Sessions, SignedValues, Tickets, Tokens],
})
export class AuthenticationModule {}
