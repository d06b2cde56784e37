/** From what Elvis said to what goes over the wire: status, headers and Binance's body. */
import { Denial, DenialCode, FailureCode, OrderView } from '@elvis/trading';
import { DENIAL_WORDS } from './denial-words';
import { FAILURE_WORDS, exchangeWords } from './failure-words';
import { NOT_EXECUTED, OUTCOME_UNKNOWN } from './sentences';
import { Asked, Because, Words, refused, rowWords } from './words';

/** A refusal on its way to a client. */
export interface RefusalAnswer {
  readonly words: Words;
  /** Elvis's own code, for the header and for the text where no client matches it. */
  readonly elvisCode?: string;
  readonly decisionId?: string;
  /** JSON that the call puts beside code and text. */
  readonly data?: string;
}

export const wordsOfDenial = (asked: Asked, { code, context }: Denial): Words =>
  rowWords(DENIAL_WORDS[code][asked.market], asked, { context });

export const wordsOfFailure = (asked: Asked, code: FailureCode, because: Because = {}): Words =>
  rowWords(FAILURE_WORDS[code], asked, because);

/**
 * Why an order that was just placed is no success; undefined where it is one. An order that the exchange ended by
 * itself (IOC, FOK) is a success, as at Binance.
 */
export function refusalOf(asked: Asked, order: OrderView, denial?: Denial): RefusalAnswer | undefined {
  const { status, code, reason, decisionId } = order;
  if (denial) return { words: wordsOfDenial(asked, denial), elvisCode: denial.code, decisionId };
  switch (status) {
    case 'DENIED':
      return {
        words: wordsOfDenial(asked, { code: code as DenialCode, context: {} }),
        elvisCode: code,
        decisionId,
      };
    case 'UNKNOWN':
    case 'PENDING_NEW':
      return { words: OUTCOME_UNKNOWN, elvisCode: 'UNKNOWN', decisionId };
    case 'REJECTED':
      return { words: rejectionWords(code, reason), elvisCode: 'VENUE_REJECTED', decisionId };
    default:
      return undefined;
  }
}

/** `code` is the exchange's number as text, or a word of ours for an order that never reached it. */
function rejectionWords(code: string | undefined, reason: string | undefined): Words {
  const number = Number(code);
  if (Number.isInteger(number) && number < 0) return exchangeWords(number, reason ?? '');
  return code === undefined ? refused(-2010, reason ?? 'Order was rejected.') : NOT_EXECUTED;
}

/** `{"code":..,"msg":..}` and nothing else. A text that no client matches ends with what finds the reason in Elvis. */
export function refusalBody({ words, elvisCode, decisionId, data }: RefusalAnswer): string {
  const { code, text, isExact } = words;
  const found = [elvisCode, decisionId].filter((part) => part !== undefined).join(' ');
  const msg = isExact || found === '' ? text : `${text} [elvis ${found}]`;
  const body = JSON.stringify({ code, msg });
  return data === undefined ? body : `${body.slice(0, -1)},"data":${data}}`;
}

export const refusalHeaders = ({ words, elvisCode, decisionId }: RefusalAnswer): Record<string, string> => ({
  ...(elvisCode !== undefined && { 'X-Elvis-Code': elvisCode }),
  ...(decisionId !== undefined && { 'X-Elvis-Decision': decisionId }),
  ...(words.retryAfterS !== undefined && { 'Retry-After': `${words.retryAfterS}` }),
});
