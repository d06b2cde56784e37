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
      summary: 'Create an access key',
      description:
        'It cannot have a scope that its creator lacks, and it loses a scope when a user behind it does. With `botConfigId` its orders belong to that bot, and it cannot act for another.',
      body: { schema: 'NewAccessKey', required: true, example: { name: 'dashboard', scopes: ['read'] } },
      answers: {
        201: { description: 'The key; it is shown only in this answer.', schema: 'CreatedAccessKey' },
      },
      failures: { 403: ['BOT_NOT_ALLOWED'], 404: ['USER_NOT_FOUND'] },
    }),
    get: operation({
      ...admin,
      id: 'listAccessKeys',
      summary: 'Access keys, newest first',
      answers: { 200: { description: 'At most a thousand.', schema: listed('AccessKey') } },
    }),
  },
  '/api/v1/access-keys/{id}': {
    delete: operation({
      ...admin,
      id: 'revokeAccessKey',
      summary: 'Revoke a key',
      description:
        'Other gateways accept it for up to five more seconds; after that its streams are closed too.',
      parameters: [id],
      answers: { 200: { description: 'Revoked.', schema: 'AccessKey' } },
      failures: { 404: ['KEY_NOT_FOUND'] },
    }),
  },
  '/api/v1/encryption-key/rotation': {
    post: operation({
      ...admin,
      id: 'rotateEncryptionKey',
      summary: 'Re-encrypt every exchange key with the current encryption key',
      description: 'Safe to repeat; `npm run ops:rotate-encryption-key` calls it.',
      answers: {
        200: {
          description: 'Every key that could be decrypted is encrypted with the current one.',
          schema: 'Rotation',
        },
      },
      failures: { 503: ['ENCRYPTION_NOT_CONFIGURED'] },
    }),
  },
  '/api/v1/api-keys': {
    post: operation({
      ...own,
      id: 'storeExchangeKey',
      summary: 'Store an exchange key, encrypted',
      description:
        'At most 10 per user. Not used for trading yet: Elvis trades one account, that of its environment.',
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
      answers: { 201: { description: 'Stored; it is never shown again.', schema: 'ExchangeKey' } },
      failures: {
        403: ['USER_REQUIRED'],
        409: ['KEY_LIMIT_REACHED'],
        503: ['ENCRYPTION_NOT_CONFIGURED'],
      },
    }),
    get: operation({
      ...own,
      id: 'listExchangeKeys',
      summary: 'My exchange keys, masked',
      answers: { 200: { description: 'Only the keys of the caller.', schema: listed('ExchangeKey') } },
      failures: { 403: ['USER_REQUIRED'] },
    }),
  },
  '/api/v1/api-keys/{id}': {
    delete: operation({
      ...own,
      id: 'removeExchangeKey',
      summary: 'Delete an exchange key',
      parameters: [id],
      answers: { 200: { description: 'Deleted, with its encrypted content.', schema: 'ExchangeKey' } },
      failures: { 403: ['USER_REQUIRED'], 404: ['KEY_NOT_FOUND'] },
    }),
  },
};
