import { SCOPES } from '@elvis/contracts';
import { MARKETS } from '@elvis/trading';
import { Json, operation, pathParameter, ref } from './builder';
import { many, oneOf, shape } from './shape';

const strict = (schema: Json): Json => ({ ...schema, additionalProperties: false });
const email: Json = { type: 'string', format: 'email', maxLength: 254 };
const password: Json = { type: 'string', minLength: 12, maxLength: 200 };
const uuid: Json = { type: 'string', format: 'uuid' };
const scopes = many(oneOf(SCOPES));
const id = pathParameter('id', uuid, 'Whose.');
const listed = (schema: string): Json => shape({ items: many(ref(schema)), nextCursor: 'text?' });

const accessKey = {
  id: uuid,
  name: 'text',
  scopes,
  userId: 'text?',
  createdAt: 'time',
  expiresAt: 'time?',
  lastUsedAt: 'time?',
  revokedAt: 'time?',
} as const;

export const identitySchemas: Readonly<Record<string, Json>> = {
  Credentials: strict(shape({ email, password: { type: 'string', maxLength: 200 } })),
  Registration: strict(shape({ email, password, locale: 'text' }, ['locale'])),
  RefreshRequest: strict(shape({ refreshToken: 'text' })),
  ResetRequest: strict(shape({ token: 'text', password })),
  TokenPair: shape({
    tokenType: oneOf(['Bearer']),
    accessToken: 'text',
    expiresIn: 'whole',
    refreshToken: 'text',
  }),
  User: shape({ id: uuid, email, scopes, locale: 'text?', createdAt: 'time', isDisabled: 'flag' }),
  UserChange: strict(shape({ scopes, isDisabled: 'flag' }, ['scopes', 'isDisabled'])),
  Me: shape({ actor: 'text', scopes, user: { oneOf: [ref('User'), { type: 'null' }] } }),
  ResetToken: shape({ token: 'text' }),
  AccessKey: shape(accessKey),
  NewAccessKey: strict(
    shape(
      { name: { type: 'string', minLength: 1, maxLength: 100 }, scopes, userId: uuid, expiresAt: 'time' },
      ['userId', 'expiresAt'],
    ),
  ),
  CreatedAccessKey: shape({
    ...accessKey,
    key: { type: 'string', description: 'Shown here and nowhere else.' },
  }),
  ExchangeKey: shape({
    id: uuid,
    label: 'text',
    market: oneOf(MARKETS),
    apiKey: { type: 'string', description: 'Masked but for its last four characters.' },
    createdAt: 'time',
  }),
  Rotation: shape({
    resealed: 'whole',
    current: 'whole',
    unreadable: many({ type: 'string', format: 'uuid' }),
  }),
  NewExchangeKey: strict(
    shape({
      label: { type: 'string', minLength: 1, maxLength: 100 },
      market: oneOf(MARKETS),
      apiKey: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,200}$' },
      apiSecret: { type: 'string', pattern: '^[A-Za-z0-9_+/=-]{8,400}$' },
    }),
  ),
};

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
      description: 'A new user may do nothing until an administrator gives scopes.',
      body: {
        schema: 'Registration',
        required: true,
        example: { email: 'ada@desk.example', password: 'a long sentence' },
      },
      answers: { 201: { description: 'Registered.', schema: 'User' } },
      failures: { ...failures, 409: ['EMAIL_TAKEN'] },
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
  '/api/v1/auth/reset': {
    post: operation({
      ...signIn,
      id: 'resetPassword',
      summary: 'Choose a new password with a reset token',
      body: {
        schema: 'ResetRequest',
        required: true,
        example: { token: '...', password: 'another long sentence' },
      },
      answers: { 204: { description: 'Changed.' } },
      failures: { ...failures, 401: ['TOKEN_INVALID'] },
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
      answers: {
        201: { description: 'Hand it over; it works once, for half an hour.', schema: 'ResetToken' },
      },
    }),
  },
  '/api/v1/access-keys': {
    post: operation({
      ...admin,
      id: 'createAccessKey',
      summary: 'Make a key with scopes',
      body: { schema: 'NewAccessKey', required: true, example: { name: 'dashboard', scopes: ['read'] } },
      answers: {
        201: { description: 'The key is in this answer and nowhere else.', schema: 'CreatedAccessKey' },
      },
    }),
    get: operation({
      ...admin,
      id: 'listAccessKeys',
      summary: 'The keys, newest first',
      answers: { 200: { description: 'At most a thousand.', schema: listed('AccessKey') } },
    }),
  },
  '/api/v1/access-keys/{id}': {
    delete: operation({
      ...admin,
      id: 'revokeAccessKey',
      summary: 'Revoke a key',
      description: 'Other gateways may take it for five more seconds.',
      parameters: [id],
      answers: { 200: { description: 'Revoked.', schema: 'AccessKey' } },
      failures: { 404: ['KEY_NOT_FOUND'] },
    }),
  },
  '/api/v1/encryption-key/rotation': {
    post: operation({
      ...admin,
      id: 'rotateEncryptionKey',
      summary: 'Seal every exchange key again with the present encryption key',
      description: 'May be run again at any time; `npm run rotate:encryption-key` calls it.',
      answers: {
        200: { description: 'All that either key opens are sealed by the present one.', schema: 'Rotation' },
      },
      failures: { 503: ['ENCRYPTION_NOT_CONFIGURED'] },
    }),
  },
  '/api/v1/api-keys': {
    post: operation({
      ...own,
      id: 'storeExchangeKey',
      summary: 'Keep a key of the exchange, sealed',
      body: {
        schema: 'NewExchangeKey',
        required: true,
        example: {
          label: 'main',
          market: 'futures',
          apiKey: 'vmPUZE6mv9SD5VNHk4Hl',
          apiSecret: 'NhqPtmdSJYdKjVHjA7PZ',
        },
      },
      answers: { 201: { description: 'Kept; it is never shown again.', schema: 'ExchangeKey' } },
      failures: { 403: ['USER_REQUIRED'], 503: ['ENCRYPTION_NOT_CONFIGURED'] },
    }),
    get: operation({
      ...own,
      id: 'listExchangeKeys',
      summary: 'My keys of the exchange, masked',
      answers: { 200: { description: 'Yours alone.', schema: listed('ExchangeKey') } },
      failures: { 403: ['USER_REQUIRED'] },
    }),
  },
  '/api/v1/api-keys/{id}': {
    delete: operation({
      ...own,
      id: 'removeExchangeKey',
      summary: 'Forget a key of the exchange',
      parameters: [id],
      answers: { 200: { description: 'Its sealed content is gone.', schema: 'ExchangeKey' } },
      failures: { 403: ['USER_REQUIRED'], 404: ['KEY_NOT_FOUND'] },
    }),
  },
};
