import { Module } from '@nestjs/common';
import { AuthenticationModule } from '../identity/authentication.module';
import { ClientLimitsModule } from '../limits/client-limits.module';
import { Accounts } from './accounts';
import { AuthController } from './auth.controller';
import { BrowserSessionController } from './browser-session.controller';
import { BrowserSessions } from './browser-sessions';
import { Mail } from './mail';
import { OneTimeTokens } from './one-time-tokens';
import { Passwords } from './passwords';
import { SignInLimiter } from './sign-in-limiter';
import { UsersController } from './users.controller';

@Module({
  imports: [AuthenticationModule, ClientLimitsModule],
  controllers: [AuthController, BrowserSessionController, UsersController],
  providers: [Accounts, BrowserSessions, Mail, OneTimeTokens, Passwords, SignInLimiter],
})
export class UsersModule {}
