import { Json, operation, pathParameter, ref } from '../builder';
import { many, shape } from '../shape';

const id = pathParameter('id', { type: 'string', format: 'uuid' }, 'Whose.');
const listed = (schema: string): Json => shape({ items: many(ref(schema)), nextCursor: 'text?' });

const signIn = { tag: 'Identity', scope: 'public' } as const;
const failures = {
  400: ['MESSAGE_MALFORMED'],
  429: ['RATE_LIMITED'],
  503: ['SIGN_IN_NOT_CONFIGURED', 'SERVICE_UNREACHABLE', 'STORE_UNAVAILABLE'],
} as const;
const admin = { tag: 'Identity', scope: 'admin' } as const;
const own = { tag: 'Identity', scope: 'anyone' } as const;

export const identityPaths: Readonly<Record<string, Json>> = {
  '/api/v1/auth/register': {
    post: operation({
      ...signIn,
      id: 'register',
      summary: 'Become a user',
      description:
        'With the invitation of an administrator, unless registration is open; then an address that has a user already is answered as if it had none. A new user has no scopes until an administrator gives some. The password has 12 characters or more and is not easy to guess.',
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
    }),
  },
  '/api/v1/auth/login': {
    post: operation({
      ...signIn,
      id: 'login',
      summary: 'Sign in',
      body: {
        schema: 'Credentials',
        required: true,
        example: { email: 'ada@desk.example', password: 'a long sentence' },
      },
      answers: { 200: { description: 'Signed in.', schema: 'TokenPair' } },
      failures: { ...failures, 401: ['CREDENTIALS_WRONG'] },
    }),
  },
  '/api/v1/auth/refresh': {
    post: operation({
      ...signIn,
      id: 'refresh',
      summary: 'Exchange a refresh token for the next pair',
      description: 'Each works once. The second use of one ends the whole family: sign in again.',
      body: { schema: 'RefreshRequest', required: true, example: { refreshToken: '...' } },
      answers: { 200: { description: 'The next pair.', schema: 'TokenPair' } },
      failures: { ...failures, 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/auth/forgot': {
    post: operation({
      ...signIn,
      id: 'forgotPassword',
      summary: 'Ask for a reset token by mail',
      description:
        'The answer is the same whether the address has a user or not. Without a mail server it names the way by an administrator.',
      body: { schema: 'ForgotRequest', required: true, example: { email: 'ada@desk.example' } },
      answers: { 202: { description: 'What happens now, if there is such a user.', schema: 'Forgotten' } },
      failures,
    }),
  },
  '/api/v1/auth/reset': {
    post: operation({
      ...signIn,
      id: 'resetPassword',
      summary: 'Choose a new password with a reset token',
      description: 'Every session of the user and every other reset token ends.',
      body: {
        schema: 'ResetRequest',
        required: true,
        example: { token: '...', password: 'another long sentence' },
      },
      answers: { 204: { description: 'Changed.' } },
      failures: { ...failures, 400: ['MESSAGE_MALFORMED', 'PASSWORD_WEAK'], 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/auth/password': {
    put: operation({
      ...own,
      id: 'changePassword',
      summary: 'Change my password',
      description: 'Every session of before ends, this one too; the answer begins another.',
      body: {
        schema: 'PasswordChange',
        required: true,
        example: { currentPassword: 'a long sentence', password: 'another long sentence' },
      },
      answers: { 200: { description: 'Changed.', schema: 'TokenPair' } },
      failures: { 400: ['PASSWORD_WEAK'], 401: ['CREDENTIALS_WRONG'], 403: ['USER_REQUIRED'] },
    }),
  },
  '/api/v1/auth/logout': {
    post: operation({
      ...own,
      id: 'logout',
      summary: 'End this session',
      answers: { 204: { description: 'Its tokens open nothing any more.' } },
      failures: { 403: ['USER_REQUIRED'], 404: ['SESSION_NOT_FOUND'] },
    }),
  },
  '/api/v1/auth/sessions': {
    get: operation({
      ...own,
      id: 'listSessions',
      summary: 'My sessions, the one used last first',
      answers: { 200: { description: 'Those that are open; at most 20.', schema: listed('Session') } },
      failures: { 403: ['USER_REQUIRED'] },
    }),
    delete: operation({
      ...own,
      id: 'endSessions',
      summary: 'End all my sessions, this one too',
      answers: { 204: { description: 'Ended, with every reset token.' } },
      failures: { 403: ['USER_REQUIRED'] },
    }),
  },
  '/api/v1/auth/sessions/{id}': {
    delete: operation({
      ...own,
      id: 'endSession',
      summary: 'End one of my sessions',
      parameters: [pathParameter('id', { type: 'string', format: 'uuid' }, 'Which.')],
      answers: { 204: { description: 'Ended.' } },
      failures: { 403: ['USER_REQUIRED'], 404: ['SESSION_NOT_FOUND'] },
    }),
  },
  '/api/v1/auth/me': {
    get: operation({
      ...own,
      id: 'me',
      summary: 'Who I am here',
      answers: { 200: { description: 'You.', schema: 'Me' } },
    }),
  },
  '/api/v1/users': {
    get: operation({
      ...admin,
      id: 'listUsers',
      summary: 'The users, newest first',
      answers: { 200: { description: 'At most a thousand.', schema: listed('User') } },
    }),
  },
  '/api/v1/users/{id}': {
    put: operation({
      ...admin,
      id: 'changeUser',
      summary: 'What a user may do',
      description:
        'Nobody gives a scope that he lacks. It counts for what the user holds already, within five seconds.',
      parameters: [id],
      body: { schema: 'UserChange', required: true, example: { scopes: ['read', 'trade'] } },
      answers: { 200: { description: 'As it is now.', schema: 'User' } },
      failures: { 404: ['USER_NOT_FOUND'] },
    }),
  },
  '/api/v1/users/{id}/reset-token': {
    post: operation({
      ...admin,
      id: 'createResetToken',
      summary: 'Let a user choose a new password',
      parameters: [id],
      description: 'Its holder can become this user, so it takes every scope that the user has.',
      answers: {
        201: { description: 'Hand it over; it works once, for half an hour.', schema: 'ResetToken' },
      },
      failures: { 404: ['USER_NOT_FOUND'], 503: ['SIGN_IN_NOT_CONFIGURED'] },
    }),
  },
  '/api/v1/users/{id}/sessions': {
    delete: operation({
      ...admin,
      id: 'endUserSessions',
      summary: 'End all sessions of a user',
      parameters: [id],
      answers: { 204: { description: 'Ended, with every reset token.' } },
      failures: { 404: ['USER_NOT_FOUND'] },
    }),
  },
  '/api/v1/invitations': {
    post: operation({
      ...admin,
      id: 'invite',
      summary: 'Invite somebody to become a user',
      body: { schema: 'InvitationRequest', required: true, example: { email: 'ada@desk.example' } },
      answers: {
        201: { description: 'Hand the token over; it works once, for a week.', schema: 'Invitation' },
      },
      failures: { 409: ['EMAIL_TAKEN'] },
    }),
  },
};
