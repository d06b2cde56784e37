/**
 * The two ids of an order. The bot's own may be any 36 characters and only has to be unlike its open orders'; the one
 * that goes to the exchange must be unlike all others of the account. So it is a hash of whose it is: no table is needed
 * to find an order by the bot's id, and two bots may both say `order-1`.
 */
import { CLIENT_ORDER_ID_PATTERN, Market } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 is just above 2^128. */
const HASH_DIGITS = 22;
const HASH_BYTES = 16;
/** By such prefixes an exchange pays the authors of a client, and clients know their own orders. */
const BROKER_PREFIX = /^x-[A-Za-z0-9]{8}-?/;
const OWN_PREFIX = 'e-';
/** Orders that the exchange itself makes: liquidations, auto-deleveraging, settlements. */
const RESERVED = /^(autoclose-|adl_|settlement_)/;

export interface OrderOwner {
  readonly keyId: string;
  readonly market: Market;
}

/** @throws FrontRefusal -4015 not Binance's form of an id, or one that only the exchange gives */
export function checkedClientId(id: string): string {
  if (!CLIENT_ORDER_ID_PATTERN.test(id) || RESERVED.test(id))
    throw FrontRefusal.of(refused(-4015, 'Client order id is not valid.'));
  return id;
}

/** The id at the exchange: the broker's prefix, or ours, and 128 bits of whose order it is. */
export function exchangeClientId({ keyId, market }: OrderOwner, clientId: string, generation = 0): string {
  const prefix = BROKER_PREFIX.exec(clientId)?.[0] ?? OWN_PREFIX;
  return prefix + shortHash([keyId, market, clientId, `${generation}`]);
}

/** For a bot that names none: drawn from what it signed, so that a repeat of the same request has the same id. */
export const drawnClientId = ({ keyId, market }: OrderOwner, signature: string, place = 0): string =>
  OWN_PREFIX + shortHash([keyId, market, 'drawn', signature, `${place}`]);

function shortHash(parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_BYTES);
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < HASH_DIGITS; digit += 1) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
