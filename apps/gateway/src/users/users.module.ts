import { Module } from '@nestjs/common';
import { AuthenticationModule } from '../identity/authentication.module';
import { ClientLimitsModule } from '../limits/client-limits.module';
import { Accounts } from './accounts';
import { AuthController } from './auth.controller';
import { Mail } from './mail';
import { OneTimeTokens } from './one-time-tokens';
import { Passwords } from './passwords';
import { SignInLimiter } from './sign-in-limiter';
import { UsersController } from './users.controller';

@Module({
  imports: [AuthenticationModule, ClientLimitsModule],
  controllers: [AuthController, UsersController],
  providers: [Accounts, Mail, OneTimeTokens, Passwords, SignInLimiter],
})
export class UsersModule {}
