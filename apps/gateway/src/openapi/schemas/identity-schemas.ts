import { ACCESS_KEY_KINDS, SCOPES } from '@elvis/contracts';
import { MARKETS } from '@elvis/trading';
import { uuid } from '../schema-parts';
import { Json, many, oneOf, ref, shape, strict } from '../shape';

const email: Json = { type: 'string', format: 'email', maxLength: 254 };
const password: Json = { type: 'string', minLength: 12, maxLength: 200 };
const scopes = many(oneOf(SCOPES));

const accessKey = {
  id: uuid,
  kind: oneOf(ACCESS_KEY_KINDS),
  name: 'text',
  scopes,
  userId: 'text?',
  botConfigId: 'text?',
  persons: {
    ...many('text'),
    description:
      'The users behind it: its own, its creator, the creator’s creator and so on. Its scopes are those that all of them have.',
  },
  madeBy: 'text?',
  createdAt: 'time',
  expiresAt: 'time?',
  lastUsedAt: 'time?',
  revokedAt: 'time?',
} as const;

export const identitySchemas: Readonly<Record<string, Json>> = {
  Credentials: strict(shape({ email, password: { type: 'string', maxLength: 200 } })),
  Registration: strict(
    shape({ email, password, locale: 'text', invitation: 'text' }, ['locale', 'invitation']),
  ),
  InvitationRequest: strict(shape({ email })),
  Invitation: shape({ email, token: 'text', expiresAt: 'time' }),
  ForgotRequest: strict(shape({ email })),
  Forgotten: shape({ message: 'text' }),
  PasswordChange: strict(shape({ currentPassword: { type: 'string', maxLength: 200 }, password })),
  Session: shape({
    id: uuid,
    startedAt: 'time',
    usedAt: 'time',
    remoteIp: 'text',
    userAgent: 'text?',
    isCurrent: 'flag',
  }),
  RefreshRequest: strict(shape({ refreshToken: 'text' })),
  ResetRequest: strict(shape({ token: 'text', password })),
  TokenPair: shape({
    tokenType: oneOf(['Bearer']),
    accessToken: 'text',
    expiresIn: 'whole',
    refreshToken: 'text',
  }),
  BrowserSignIn: {
    ...strict(
      shape({ ticket: 'text', accessKey: 'text', email, password: { type: 'string', maxLength: 200 } }, [
        'ticket',
        'accessKey',
        'email',
        'password',
      ]),
    ),
    description: 'Exactly one of a ticket, an access key, or an e-mail address with its password.',
  },
  BrowserSession: shape({ tokenType: oneOf(['Bearer']), accessToken: 'text', expiresIn: 'whole' }),
  SignInTicket: shape({ ticket: 'text', expiresAt: 'time' }),
  User: shape({ id: uuid, email, scopes, locale: 'text?', createdAt: 'time', isDisabled: 'flag' }),
  UserChange: strict(shape({ scopes, isDisabled: 'flag' }, ['scopes', 'isDisabled'])),
  Me: shape({ actor: 'text', scopes, user: { oneOf: [ref('User'), { type: 'null' }] } }),
  ResetToken: shape({ token: 'text' }),
  AccessKey: shape(accessKey),
  NewAccessKey: strict(
    shape(
      {
        name: { type: 'string', minLength: 1, maxLength: 100 },
        scopes,
        userId: uuid,
        expiresAt: 'time',
        botConfigId: { ...uuid, description: 'The one bot whose orders it may send.' },
        kind: {
          ...oneOf(ACCESS_KEY_KINDS),
          description:
            '`elvis` if absent; `binance` for a key of the Binance front, which gets a bot of its own.',
        },
        publicKey: {
          type: 'string',
          maxLength: 1_000,
          description:
            'Of a key of the front that signs by Ed25519: its public key, PEM. It then has no secret.',
        },
        terms: {
          ...strict(
            shape(
              {
                capital: {
                  type: 'string',
                  description: 'Balances are shown up to it and what its bot made since.',
                },
                symbols: many({ type: 'string' }),
                maxLeverage: { type: 'integer', minimum: 1, maximum: 125 },
                addresses: many({ type: 'string', description: 'A network such as 10.0.0.0/8.' }),
              },
              ['capital', 'symbols', 'maxLeverage', 'addresses'],
            ),
          ),
          description: 'Of a key of the front: what it may do beside its scopes.',
        },
      },
      ['userId', 'expiresAt', 'botConfigId', 'kind', 'publicKey', 'terms'],
    ),
  ),
  CreatedAccessKey: shape(
    {
      ...accessKey,
      key: { type: 'string', description: 'Shown only in this answer.' },
      secret: { type: 'string', description: 'Of a key of the front that signs by HMAC; shown only here.' },
    },
    ['secret'],
  ),
  ExchangeKey: shape({
    id: uuid,
    label: 'text',
    market: oneOf(MARKETS),
    apiKey: { type: 'string', description: 'Masked but for its last four characters.' },
    createdAt: 'time',
    isUsed: { type: 'boolean', description: 'Whether it is used for trading; always false for now.' },
    note: 'text',
  }),
  Rotation: shape({
    resealed: 'whole',
    current: 'whole',
    unreadable: many(uuid),
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
