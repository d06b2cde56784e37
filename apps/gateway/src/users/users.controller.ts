import { changeUser, listUsers } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { withIsoTimes } from '../rest/iso-time';
import { Caller, From, Needs, requireScopes } from '../identity/caller';
import { KnownKeys } from '../identity/known-keys';
import { KnownUsers } from '../identity/known-users';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf } from '../openapi/shape';
import { Accounts } from './accounts';
import { InvitationBody, RecordId, UserChange } from './identity.dto';
import { Passwords } from './passwords';

const id = pathParameter('id', uuid, 'Whose.');

/** Users, for an administrator. */
@ApiTags('Identity')
@Controller('api/v1')
export class UsersController {
  constructor(
    private readonly bus: Bus,
    private readonly knownKeys: KnownKeys,
    private readonly knownUsers: KnownUsers,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
  ) {}

  @Get('users')
  @Describe({
    id: 'listUsers',
    summary: 'The users, newest first',
    answers: { 200: { description: 'At most a thousand.', schema: listOf('User') } },
  })
  @Needs('admin')
  async listUsers(): Promise<unknown> {
    return { ...(withIsoTimes(await this.bus.request(listUsers, {})) as object), nextCursor: null };
  }

  /** Counts for what the user holds already, within five seconds. Who enables a user gives all of that user's scopes. */
  @Put('users/:id')
  @Describe({
    id: 'changeUser',
    summary: 'Change the scopes of a user, or disable it',
    description:
      'Only scopes that the caller has can be granted. The change also applies to open sessions and existing keys of the user, within five seconds.',
    parameters: [id],
    body: { schema: 'UserChange', required: true, example: { scopes: ['read', 'trade'] } },
    answers: { 200: { description: 'The user after the change.', schema: 'User' } },
    failures: { 404: ['USER_NOT_FOUND'] },
  })
  @Needs('admin')
  async changeUser(
    @From() caller: Caller,
    @Param() { id: userId }: RecordId,
    @Body() change: UserChange,
  ): Promise<unknown> {
    const { scopes, isDisabled } = await this.accounts.find(userId);
    const given = change.scopes ?? scopes;
    const had = isDisabled && change.isDisabled === false ? [] : scopes;
    requireScopes(
      caller,
      given.filter((scope) => !had.includes(scope)),
    );
    const changed = await this.bus.request(changeUser, { ...change, userId });
    this.knownKeys.forget();
    this.knownUsers.forget();
    return withIsoTimes(changed);
  }

  /** For a user who has lost the password: hand the token over, it works once and for half an hour. */
  @Post('users/:id/reset-token')
  @Describe({
    id: 'createResetToken',
    summary: 'Issue a reset token for a user',
    parameters: [id],
    description:
      'The holder of the token can sign in as this user, so the caller needs every scope that the user has.',
    answers: {
      201: { description: 'The token; it works once, within 30 minutes.', schema: 'ResetToken' },
    },
    failures: { 404: ['USER_NOT_FOUND'], 503: ['SIGN_IN_NOT_CONFIGURED'] },
  })
  @Needs('admin')
  async resetToken(@From() caller: Caller, @Param() { id }: RecordId): Promise<{ token: string }> {
    // Who holds the token can become this user.
    requireScopes(caller, (await this.accounts.find(id)).scopes);
    return this.passwords.issueReset(id);
  }

  @Delete('users/:id/sessions')
  @HttpCode(204)
  @Describe({
    id: 'endUserSessions',
    summary: 'End all sessions of a user',
    parameters: [id],
    answers: { 204: { description: 'All sessions and reset tokens ended.' } },
    failures: { 404: ['USER_NOT_FOUND'] },
  })
  @Needs('admin')
  async endSessions(@Param() { id }: RecordId): Promise<void> {
    await this.accounts.endAllSessions(id);
  }

  /** For somebody who is to become a user: hand the token over, it works once and for a week. */
  @Post('invitations')
  @Describe({
    id: 'invite',
    summary: 'Invite a new user',
    body: { schema: 'InvitationRequest', required: true, example: { email: 'ada@desk.example' } },
    answers: {
      201: { description: 'The token to hand over; it works once, within 7 days.', schema: 'Invitation' },
    },
    failures: { 409: ['EMAIL_TAKEN'] },
  })
  @Needs('admin')
  async invite(@Body() { email }: InvitationBody): Promise<unknown> {
    return withIsoTimes({ email, ...(await this.accounts.invite(email)) });
  }
}
