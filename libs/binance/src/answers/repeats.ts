/**
 * Which calls may be sent a second time, and after what.
 *
 * Reads, cancels and settings say the same thing however often they arrive. A placement or an amendment does not:
 * it is never repeated, whatever the answer was.
 */
import { Answer } from './answers';
import { BinanceRequest } from '../wire/request';

/** Settings that end in the same state however often they are sent. */
const IDEMPOTENT_POSTS: ReadonlySet<string> = new Set([
  '/fapi/v1/leverage',
  '/fapi/v1/marginType',
  '/fapi/v1/countdownCancelAll',
  '/fapi/v1/listenKey',
]);
const IDEMPOTENT_PUTS: ReadonlySet<string> = new Set(['/fapi/v1/listenKey']);

export const isRepeatable = ({ method, path }: Pick<BinanceRequest, 'method' | 'path'>): boolean =>
  method === 'GET' ||
  method === 'DELETE' ||
  (method === 'POST' && IDEMPOTENT_POSTS.has(path)) ||
  (method === 'PUT' && IDEMPOTENT_PUTS.has(path));

/** Whether another try can help. A ban and a block are waited out by everybody; a refusal is final. */
export const isPassing = ({ kind }: Answer): boolean =>
  kind === 'NOT_EXECUTED' ||
  kind === 'UNREACHABLE' ||
  kind === 'UNKNOWN' ||
  kind === 'WEIGHT_LIMITED' ||
  kind === 'CLOCK';
