/** A request that ends here, with what its sender is told. */
import { FailureCode, TradingFailure } from '@elvis/trading';
import { RefusalAnswer, wordsOfFailure } from './domain/answer';
import { UNFORESEEN } from './domain/sentences';
import { Asked, Words } from './domain/words';

export class FrontRefusal extends Error {
  override readonly name = 'FrontRefusal';

  constructor(readonly answer: RefusalAnswer) {
    super(answer.words.text);
  }

  static of(words: Words, elvisCode?: string): FrontRefusal {
    return new FrontRefusal({ words, ...(elvisCode !== undefined && { elvisCode }) });
  }
}

/** Whatever was thrown, in words: a failure of Elvis by its row, anything else as an unforeseen fault. */
export function answerOf(error: unknown, asked: Asked): RefusalAnswer {
  if (error instanceof FrontRefusal) return error.answer;
  if (!(error instanceof TradingFailure)) return { words: UNFORESEEN, elvisCode: 'INTERNAL_FAULT' };
  const { code, context, retryAfterMs } = error;
  const because = { ...(context && { context }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { words: wordsOfFailure(asked, code satisfies FailureCode, because), elvisCode: code };
}
