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
      description: 'Each refresh token works once. Using one twice ends the session: sign in again.',
      body: { schema: 'RefreshRequest', required: true, example: { refreshToken: '...' } },
      answers: { 200: { description: 'The next pair.', schema: 'TokenPair' } },
      failures: { ...failures, 401: ['TOKEN_INVALID'] },
    }),
  },
  '/api/v1/auth/forgot': {
    post: operation({
      ...signIn,
      id: 'forgotPassword',
      summary: 'Request a reset token by mail',
      description:
        'The answer is the same whether or not the address has a user. Without a mail server it says to ask an administrator.',
      body: { schema: 'ForgotRequest', required: true, example: { email: 'ada@desk.example' } },
      answers: { 202: { description: 'What happens next, if the user exists.', schema: 'Forgotten' } },
      failures,
    }),
  },
  '/api/v1/auth/reset': {
    post: operation({
      ...signIn,
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
    }),
  },
  '/api/v1/auth/password': {
    put: operation({
      ...own,
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
    }),
  },
  '/api/v1/auth/logout': {
    post: operation({
      ...own,
      id: 'logout',
      summary: 'End this session',
      answers: { 204: { description: 'Signed out: its tokens no longer work.' } },
      failures: { 403: ['USER_REQUIRED'], 404: ['SESSION_NOT_FOUND'] },
    }),
  },
  '/api/v1/auth/sessions': {
    get: operation({
      ...own,
      id: 'listSessions',
      summary: 'My sessions, most recently used first',
      answers: { 200: { description: 'Open sessions, at most 20.', schema: listed('Session') } },
      failures: { 403: ['USER_REQUIRED'] },
    }),
    delete: operation({
      ...own,
      id: 'endSessions',
      summary: 'End all my sessions, this one included',
      answers: { 204: { description: 'All sessions and reset tokens ended.' } },
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
      summary: 'The caller and its scopes',
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
      summary: 'Change the scopes of a user, or disable it',
      description:
        'Only scopes that the caller has can be granted. The change also applies to open sessions and existing keys of the user, within five seconds.',
      parameters: [id],
      body: { schema: 'UserChange', required: true, example: { scopes: ['read', 'trade'] } },
      answers: { 200: { description: 'The user after the change.', schema: 'User' } },
      failures: { 404: ['USER_NOT_FOUND'] },
    }),
  },
  '/api/v1/users/{id}/reset-token': {
    post: operation({
      ...admin,
      id: 'createResetToken',
      summary: 'Issue a reset token for a user',
      parameters: [id],
      description:
        'The holder of the token can sign in as this user, so the caller needs every scope that the user has.',
      answers: {
        201: { description: 'The token; it works once, within 30 minutes.', schema: 'ResetToken' },
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
      answers: { 204: { description: 'All sessions and reset tokens ended.' } },
      failures: { 404: ['USER_NOT_FOUND'] },
    }),
  },
  '/api/v1/invitations': {
    post: operation({
      ...admin,
      id: 'invite',
      summary: 'Invite a new user',
      body: { schema: 'InvitationRequest', required: true, example: { email: 'ada@desk.example' } },
      answers: {
        201: { description: 'The token to hand over; it works once, within 7 days.', schema: 'Invitation' },
      },
      failures: { 409: ['EMAIL_TAKEN'] },
    }),
  },
};
