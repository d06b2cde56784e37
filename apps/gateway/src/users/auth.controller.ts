import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { withIsoTimes } from '../rest/iso-time';
import { IpLimiter } from '../limits/ip-limiter';
import { tooMany } from '../limits/limit-answer';
import { Accounts } from './accounts';
import { Caller, From, Needs, requireSession } from '../identity/caller';
import {
  Credentials,
  ForgotBody,
  PasswordChange,
  RecordId,
  RefreshBody,
  Registration,
  ResetBody,
} from './identity.dto';
import { Passwords } from './passwords';
import { TokenPair } from '../identity/tokens';

@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly limiter: IpLimiter,
  ) {}

  /** A new user has no scopes until an administrator gives some. */
  @Post('register')
  @Needs('public', { limit: 'LOGIN' })
  async register(@Body() body: Registration): Promise<unknown> {
    return withIsoTimes(await this.accounts.register(body));
  }

  /** Slowed per address, like all of these, and per e-mail address too. */
  @Post('login')
  @HttpCode(200)
  @Needs('public', { limit: 'LOGIN' })
  login(@Body() { email, password }: Credentials, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.accounts.signIn(email, password, request);
  }

  @Post('refresh')
  @HttpCode(200)
  @Needs('public', { limit: 'LOGIN' })
  refresh(@Body() { refreshToken }: RefreshBody): Promise<TokenPair> {
    return this.accounts.refresh(refreshToken);
  }

  @Post('forgot')
  @HttpCode(202)
  @Needs('public', { limit: 'FORGOT' })
  async forgot(@Body() { email }: ForgotBody, @Req() request: FastifyRequest): Promise<{ message: string }> {
    const count = await this.limiter.count('FORGOT', email);
    if (count?.isOver) throw tooMany(count, request);
    return this.passwords.requestReset(email);
  }

  @Post('reset')
  @HttpCode(204)
  @Needs('public', { limit: 'LOGIN' })
  async reset(@Body() { token, password }: ResetBody): Promise<void> {
    await this.passwords.reset(token, password);
  }

  @Get('me')
  @Needs('anyone')
  async me(@From() { actor, scopes, userId }: Caller): Promise<unknown> {
    const user = userId === undefined ? null : withIsoTimes(await this.accounts.find(userId));
    return { actor, scopes: [...scopes], user };
  }

  @Put('password')
  @Needs('anyone', { limit: 'LOGIN' })
  changePassword(
    @From() caller: Caller,
    @Body() { currentPassword, password }: PasswordChange,
    @Req() request: FastifyRequest,
  ): Promise<TokenPair> {
    return this.passwords.change(requireSession(caller).userId, currentPassword, password, request);
  }

  @Post('logout')
  @HttpCode(204)
  @Needs('anyone')
  async logout(@From() caller: Caller): Promise<void> {
    const { userId, sessionId } = requireSession(caller);
    await this.accounts.endSession(userId, sessionId);
  }

  @Get('sessions')
  @Needs('anyone')
  async sessions(@From() caller: Caller): Promise<unknown> {
    const { userId, sessionId: current } = requireSession(caller);
    const items = (await this.accounts.listSessions(userId)).map(
      ({ sessionId, startedAtMs, usedAtMs, remoteIp, userAgent }) =>
        withIsoTimes({
          id: sessionId,
          startedAtMs,
          usedAtMs,
          remoteIp,
          userAgent,
          isCurrent: sessionId === current,
        }),
    );
    return { items, nextCursor: null };
  }

  /** All of mine, this one too. */
  @Delete('sessions')
  @HttpCode(204)
  @Needs('anyone')
  async endSessions(@From() caller: Caller): Promise<void> {
    await this.accounts.endAllSessions(requireSession(caller).userId);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Needs('anyone')
  async endSession(@From() caller: Caller, @Param() { id }: RecordId): Promise<void> {
    await this.accounts.endSession(requireSession(caller).userId, id);
  }
}
