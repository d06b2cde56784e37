import { TradingFailure } from '@elvis/trading';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, From, Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { withIsoTimes } from '../rest/iso-time';
import { BrowserSession, BrowserSessions } from './browser-sessions';
import { BrowserSignIn } from './identity.dto';

const failures = {
  429: ['RATE_LIMITED'],
  503: ['SIGN_IN_NOT_CONFIGURED', 'SERVICE_UNREACHABLE', 'STORE_UNAVAILABLE'],
} as const;

@ApiTags('Identity')
@Controller('api/v1/auth')
export class BrowserSessionController {
  constructor(private readonly sessions: BrowserSessions) {}

  @Post('sign-in-tickets')
  @Describe({
    id: 'createSignInTicket',
    summary: 'Make a one-time ticket to sign in with from a browser',
    description:
      'For who holds an API key: `npm start` and `npm run sign-in` print it behind `#ticket=`. It works once, within ten minutes, and its session may do what the key may.',
    answers: { 201: { description: 'The ticket.', schema: 'SignInTicket' } },
  })
  @Needs('admin')
  async issue(@From() caller: Caller): Promise<unknown> {
    const { token: ticket, expiresAtMs } = await this.sessions.issueTicket(caller);
    return withIsoTimes({ ticket, expiresAtMs });
  }

  @Post('session')
  @HttpCode(200)
  @Describe({
    id: 'beginSession',
    summary: 'Sign in from a browser',
    description:
      'The refresh token comes as a cookie that scripts cannot read. Send the access token as Bearer with everything.',
    body: { schema: 'BrowserSignIn', required: true, example: { ticket: '...' } },
    answers: { 200: { description: 'Signed in.', schema: 'BrowserSession' } },
    failures: {
      ...failures,
      400: ['MESSAGE_MALFORMED'],
      401: ['TOKEN_INVALID', 'API_KEY_WRONG', 'CREDENTIALS_WRONG'],
    },
  })
  @Needs('public', { limit: 'LOGIN' })
  begin(
    @Body() asked: BrowserSignIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BrowserSession> {
    return this.sessions.begin(asked, request, reply);
  }

  /** A page of another origin cannot send the header, so it can make no use of the cookie. */
  @Post('session/refresh')
  @HttpCode(200)
  @Describe({
    id: 'refreshSession',
    summary: 'Get the next access token of this browser',
    description:
      'By the cookie; `X-Requested-With: elvis` is required. The cookie before works for another 30 seconds, so that tabs may ask at once.',
    answers: { 200: { description: 'The next one.', schema: 'BrowserSession' } },
    failures: { ...failures, 401: ['TOKEN_INVALID'], 403: ['SCOPE_MISSING'] },
  })
  @Needs('public')
  refresh(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BrowserSession> {
    if (request.headers['x-requested-with'] !== 'elvis')
      throw new TradingFailure(
        'SCOPE_MISSING',
        'This request requires the header X-Requested-With: elvis; nothing was done',
      );
    return this.sessions.refresh(request, reply);
  }
}
