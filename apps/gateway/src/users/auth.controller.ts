import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply, FastifyRequest } from 'fastify';
import { withIsoTimes } from '../rest/iso-time';
import { IpLimiter } from '../limits/ip-limiter';
import { tooMany } from '../limits/limit-answer';
import { Accounts } from './accounts';
import { dropCookie } from './browser-sessions';
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
import { sessionOf } from '../identity/known-users';
import { Passwords } from './passwords';
import { TokenPair } from '../identity/tokens';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf } from '../openapi/shape';

const failures = {
  400: ['MESSAGE_MALFORMED'],
  429: ['RATE_LIMITED'],
  503: ['SIGN_IN_NOT_CONFIGURED', 'SERVICE_UNREACHABLE', 'STORE_UNAVAILABLE'],
} as const;

@ApiTags('Identity')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly limiter: IpLimiter,
  ) {}

  /** A new user has no scopes until an administrator gives some. */
  @Post('register')
  @Describe({
    id: 'register',
    summary: 'Register',
    description:
      'Requires an invitation of an administrator unless registration is open. Where it is open, an address that already has a user gets the same answer as a new one. A new user has no scopes until an administrator grants some. The password needs at least 12 characters and must not be easy to guess.',
    body: {
      schema: 'Registration',
      required: true,
      example: { email: 'ada@desk.example', password: 'a long sentence', invitation: '...' },
    },
    answers: { 201: { description: 'Registered.', schema: 'User' } },
    failures: {
      ...failures,
      400: ['MESSAGE_MALFORMED', 'PASSWORD_WEAK'],
      401: ['TOKEN_INVALID'],
      403: ['INVITATION_REQUIRED'],
    },
  })
  @Needs('public', { limit: 'LOGIN' })
  async register(@Body() body: Registration): Promise<unknown> {
    return withIsoTimes(await this.accounts.register(body));
  }

  /** Slowed per address, like all of these, and per e-mail address too. */
  @Post('login')
  @HttpCode(200)
  @Describe({
    id: 'login',
    summary: 'Sign in',
    body: {
      schema: 'Credentials',
      required: true,
      example: { email: 'ada@desk.example', password: 'a long sentence' },
    },
    answers: { 200: { description: 'Signed in.', schema: 'TokenPair' } },
    failures: { ...failures, 401: ['CREDENTIALS_WRONG'] },
  })
  @Needs('public', { limit: 'LOGIN' })
  login(@Body() { email, password }: Credentials, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.accounts.signIn(email, password, request);
  }

  @Post('refresh')
  @HttpCode(200)
  @Describe({
    id: 'refresh',
    summary: 'Exchange a refresh token for the next pair',
    description: 'Each refresh token works once. Using one twice ends the session: sign in again.',
    body: { schema: 'RefreshRequest', required: true, example: { refreshToken: '...' } },
    answers: { 200: { description: 'The next pair.', schema: 'TokenPair' } },
    failures: { ...failures, 401: ['TOKEN_INVALID'] },
  })
  @Needs('public', { limit: 'LOGIN' })
  refresh(@Body() { refreshToken }: RefreshBody): Promise<TokenPair> {
    return this.accounts.refresh(refreshToken);
  }

  @Post('forgot')
  @HttpCode(202)
  @Describe({
    id: 'forgotPassword',
    summary: 'Request a reset token by mail',
    description:
      'The answer is the same whether or not the address has a user. Without a mail server it says to ask an administrator.',
    body: { schema: 'ForgotRequest', required: true, example: { email: 'ada@desk.example' } },
    answers: { 202: { description: 'What happens next, if the user exists.', schema: 'Forgotten' } },
    failures,
  })
  @Needs('public', { limit: 'FORGOT' })
  async forgot(@Body() { email }: ForgotBody, @Req() request: FastifyRequest): Promise<{ message: string }> {
    const count = await this.limiter.count('FORGOT', email);
    if (count?.isOver) throw tooMany(count, request);
    return this.passwords.requestReset(email);
  }

  @Post('reset')
  @HttpCode(204)
  @Describe({
    id: 'resetPassword',
    summary: 'Choose a new password with a reset token',
    description: 'All sessions and all other reset tokens of the user end.',
    body: {
      schema: 'ResetRequest',
      required: true,
      example: { token: '...', password: 'another long sentence' },
    },
    answers: { 204: { description: 'Changed.' } },
    failures: { ...failures, 400: ['MESSAGE_MALFORMED', 'PASSWORD_WEAK'], 401: ['TOKEN_INVALID'] },
  })
  @Needs('public', { limit: 'LOGIN' })
  async reset(@Body() { token, password }: ResetBody): Promise<void> {
    await this.passwords.reset(token, password);
  }

  @Get('me')
  @Describe({
    id: 'me',
    summary: 'The caller and its scopes',
    answers: { 200: { description: 'You.', schema: 'Me' } },
  })
  @Needs('anyone')
  async me(@From() { actor, scopes, userId }: Caller): Promise<unknown> {
    const user = userId === undefined ? null : withIsoTimes(await this.accounts.find(userId));
    return { actor, scopes: [...scopes], user };
  }

  @Put('password')
  @Describe({
    id: 'changePassword',
    summary: 'Change my password',
    description: 'All sessions end, this one included; the answer starts a new one.',
    body: {
      schema: 'PasswordChange',
      required: true,
      example: { currentPassword: 'a long sentence', password: 'another long sentence' },
    },
    answers: { 200: { description: 'Changed.', schema: 'TokenPair' } },
    failures: { 400: ['PASSWORD_WEAK'], 401: ['CREDENTIALS_WRONG'], 403: ['USER_REQUIRED'] },
  })
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
  @Describe({
    id: 'logout',
    summary: 'End this session',
    answers: { 204: { description: 'Signed out: its tokens no longer work.' } },
    failures: { 403: ['USER_REQUIRED'], 404: ['SESSION_NOT_FOUND'] },
  })
  @Needs('anyone')
  async logout(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    dropCookie(request, reply);
    const { userId, sessionId } = sessionOf(caller);
    await this.accounts.endSession(userId, sessionId);
  }

  @Get('sessions')
  @Describe({
    id: 'listSessions',
    summary: 'My sessions, most recently used first',
    answers: { 200: { description: 'Open sessions, at most 20.', schema: listOf('Session') } },
    failures: { 403: ['USER_REQUIRED'] },
  })
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
  @Describe({
    id: 'endSessions',
    summary: 'End all my sessions, this one included',
    answers: { 204: { description: 'All sessions and reset tokens ended.' } },
    failures: { 403: ['USER_REQUIRED'] },
  })
  @Needs('anyone')
  async endSessions(@From() caller: Caller): Promise<void> {
    await this.accounts.endAllSessions(requireSession(caller).userId);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Describe({
    id: 'endSession',
    summary: 'End one of my sessions',
    parameters: [pathParameter('id', uuid, 'Which.')],
    answers: { 204: { description: 'Ended.' } },
    failures: { 403: ['USER_REQUIRED'], 404: ['SESSION_NOT_FOUND'] },
  })
  @Needs('anyone')
  async endSession(@From() caller: Caller, @Param() { id }: RecordId): Promise<void> {
    await this.accounts.endSession(requireSession(caller).userId, id);
  }
}
