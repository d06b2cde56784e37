import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { withIsoTimes } from '../http/iso-time';
import { IpLimiter } from '../limits/ip-limiter';
import { tooMany } from '../limits/limit-answer';
import { Accounts } from './accounts';
import { Caller, From, Needs } from './caller';
import { Credentials, RefreshBody, Registration, ResetBody } from './identity.dto';
import { TokenPair } from './tokens';

@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly accounts: Accounts,
    private readonly limiter: IpLimiter,
  ) {}

  /** A new user may do nothing until an administrator says what. */
  @Post('register')
  @Needs('public', { limit: 'LOGIN' })
  async register(@Body() { email, password, locale }: Registration): Promise<unknown> {
    return withIsoTimes(await this.accounts.register(email, password, locale));
  }

  /** Slowed per address, like all of these, and per e-mail address too. */
  @Post('login')
  @HttpCode(200)
  @Needs('public', { limit: 'LOGIN' })
  async login(@Body() { email, password }: Credentials, @Req() request: FastifyRequest): Promise<TokenPair> {
    const count = await this.limiter.count('LOGIN', email);
    if (count?.isOver) throw tooMany(count, request);
    return this.accounts.signIn(email, password);
  }

  @Post('refresh')
  @HttpCode(200)
  @Needs('public', { limit: 'LOGIN' })
  refresh(@Body() { refreshToken }: RefreshBody): Promise<TokenPair> {
    return this.accounts.refresh(refreshToken);
  }

  @Post('reset')
  @HttpCode(204)
  @Needs('public', { limit: 'LOGIN' })
  async reset(@Body() { token, password }: ResetBody): Promise<void> {
    await this.accounts.reset(token, password);
  }

  @Get('me')
  @Needs('anyone')
  async me(@From() { actor, scopes, userId }: Caller): Promise<unknown> {
    const user = userId === undefined ? null : withIsoTimes(await this.accounts.find(userId));
    return { actor, scopes: [...scopes], user };
  }
}
