/**
 * Risk's signature under an approval: HMAC-SHA256 over every field of the approval and the whole order, so that an
 * approval is good for exactly one order, one epoch and one deadline. Key: `APPROVAL_KEY`, which only risk and
 * execution hold.
 */
import { Decimal, canonicalOrder } from '@elvis/trading';
import { Hmac, KeyObject, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { AmendedTerms, Approval, SubmitOrder } from './order-commands';

type Unsigned = Omit<Approval, 'signature'>;

/** Made of its text once: a process has one. */
const keys = new Map<string, KeyObject>();

function hmacWith(key: string): Hmac {
  let secret = keys.get(key);
  if (!secret) keys.set(key, (secret = createSecretKey(key, 'utf8')));
  return createHmac('sha256', secret);
}

const signatureOf = (approval: Unsigned, order: SubmitOrder, key: string): Buffer =>
  hmacWith(key)
    .update(
      JSON.stringify([
        approval.approvalId,
        approval.decisionId,
        approval.epoch,
        approval.sendByMs,
        approval.purpose,
        approval.leverage ?? 0,
        approval.decision ?? '',
        order.actor,
        canonicalOrder(order),
      ]),
    )
    .digest();

export const signApproval = (approval: Unsigned, order: SubmitOrder, key: string): Approval => ({
  ...approval,
  signature: signatureOf(approval, order, key).toString('base64url'),
});

/** Whether risk signed exactly this approval for exactly this order; compared in constant time. */
export function isApprovalGenuine(approval: Approval, order: SubmitOrder, key: string): boolean {
  const given = Buffer.from(approval.signature, 'base64url');
  const expected = signatureOf(approval, order, key);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const signatureOfAmendment = (approval: Unsigned, terms: AmendedTerms, key: string): Buffer =>
  hmacWith(key)
    .update(
      JSON.stringify([
        'amend',
        approval.approvalId,
        approval.decisionId,
        approval.epoch,
        approval.sendByMs,
        approval.purpose,
        terms.clientOrderId,
        terms.actor,
        new Decimal(terms.quantity).toFixed(),
        new Decimal(terms.price).toFixed(),
      ]),
    )
    .digest();

/** The same for a change of an order: good for exactly these terms of exactly this order. */
export const signAmendment = (approval: Unsigned, terms: AmendedTerms, key: string): Approval => ({
  ...approval,
  signature: signatureOfAmendment(approval, terms, key).toString('base64url'),
});

/** Whether risk signed exactly this approval for exactly these terms. */
export function isAmendmentGenuine(approval: Approval, terms: AmendedTerms, key: string): boolean {
  const given = Buffer.from(approval.signature, 'base64url');
  const expected = signatureOfAmendment(approval, terms, key);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
