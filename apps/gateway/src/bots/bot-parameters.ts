/** Parameters that the routes of bots share. */
import { Parameter, pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';

export const botId = pathParameter('id', uuid, '`id` of the bot’s configuration.');

export const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 100 },
  description: 'The same request with the same key is carried out once and answered the same for a day.',
};
