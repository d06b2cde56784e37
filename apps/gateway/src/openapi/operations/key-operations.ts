import { Json, operation, pathParameter, ref } from '../builder';
import { many, shape } from '../shape';

const id = pathParameter('id', { type: 'string', format: 'uuid' }, 'Whose.');
const listed = (schema: string): Json => shape({ items: many(ref(schema)), nextCursor: 'text?' });
const admin = { tag: 'Identity', scope: 'admin' } as const;
const own = { tag: 'Identity', scope: 'anyone' } as const;

export const keyPaths: Readonly<Record<string, Json>> = {
  '/api/v1/access-keys': {
    post: operation({
      ...admin,
      id: 'createAccessKey',
      summary: 'Make a key with scopes',
      description:
        'It may have no scope that its maker lacks, and opens nothing that a user behind it lacks, now or later. With `botConfigId` its orders are of that bot, and it can name no other.',
      body: { schema: 'NewAccessKey', required: true, example: { name: 'dashboard', scopes: ['read'] } },
      answers: {
        201: { description: 'The key is in this answer and nowhere else.', schema: 'CreatedAccessKey' },
      },
      failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['USER_NOT_FOUND'] },
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
      description: 'Other gateways may take it for five more seconds; then its streams are closed too.',
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
      description: 'May be run again at any time; `npm run ops:rotate-encryption-key` calls it.',
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
      description:
        'At most 10 a user. Nothing trades with it yet: Elvis trades one account, that of its environment.',
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
      failures: {
        403: ['USER_REQUIRED'],
        409: ['KEY_LIMIT_REACHED'],
        503: ['ENCRYPTION_NOT_CONFIGURED'],
      },
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
