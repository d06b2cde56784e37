/**
 * What a client has signed: the query immediately followed by the body, to the byte, without the signature itself.
 * Clients put the signature last, first or in between, in either part; the `&` that joined it goes with it.
 */
import { decoded } from '../requests/parameters';
import { missing } from '../words/domain/sentences';
import { exactly } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';

export const BAD_SIGNATURE = exactly(-1022, 'Signature for this request is not valid.');

export interface SignedText {
  readonly text: string;
  /** As it was sent, percent-decoded. */
  readonly signature: string;
}

/**
 * @param query and `body`, one character a byte
 * @throws FrontRefusal -1102 there is no signature; -1022 there are two
 */
export function signedText(query: string, body: string): SignedText {
  const found: string[] = [];
  const without = (part: string): string =>
    part
      .split('&')
      .filter((pair) => {
        if (!pair.startsWith('signature=')) return true;
        found.push(pair.slice('signature='.length));
        return false;
      })
      .join('&');
  const text = without(query) + without(body);
  const [signature] = found;
  if (signature === undefined || signature === '') throw FrontRefusal.of(missing('signature'));
  if (found.length > 1) throw FrontRefusal.of(BAD_SIGNATURE);
  // In base64 a plus is a digit, and not every client encodes it.
  return { text, signature: decoded(signature.replaceAll('+', '%2B')) };
}
