/** Cancel, then place, as one call of spot. It is not atomic, neither here nor at Binance: between the two the market moves. */
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../calls/call';
import { badData } from '../requests/parameters';
import { RefusalAnswer, refusalBody } from '../words/domain/answer';
import { Asked, exactly } from '../words/domain/words';
import { FrontRefusal, answerOf } from '../words/front-refusal';
import { OrderCalls, writing } from './order-calls';

const CANCEL_FAILED = exactly(-2022, 'Order cancel-replace failed.');
const PARTLY_FAILED = exactly(-2021, 'Order cancel-replace partially failed.');

type Outcome =
  { readonly answer: string } | { readonly refusal: RefusalAnswer } | { readonly notAttempted: true };

@Injectable()
export class ReplaceCalls {
  constructor(private readonly orders: OrderCalls) {}

  routes(): SignedRoute[] {
    return [writing('POST', '/api/v3/order/cancelReplace', 'spot', 'place', (call) => this.replace(call))];
  }

  /** @throws FrontRefusal -2021, -2022 with both outcomes in it */
  private async replace(call: SignedCall): Promise<string> {
    const mode = call.parameters.required('cancelReplaceMode');
    if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE')
      throw FrontRefusal.of(badData('cancelReplaceMode'));
    const canceled = await outcome('cancel', () => this.orders.cancel('spot', call, 'cancel'));
    const isGoingOn = 'answer' in canceled || mode === 'ALLOW_FAILURE';
    const placed: Outcome = isGoingOn
      ? await outcome('place', () => this.orders.place('spot', call))
      : { notAttempted: true };
    const data = `{"cancelResult":"${wordOf(canceled)}","newOrderResult":"${wordOf(placed)}","cancelResponse":${bodyOf(canceled)},"newOrderResponse":${bodyOf(placed)}}`;
    if ('answer' in canceled && 'answer' in placed) return data;
    const code = codeOf(canceled, placed);
    const isPartly = 'answer' in canceled || 'answer' in placed;
    throw new FrontRefusal({
      words: isPartly ? PARTLY_FAILED : CANCEL_FAILED,
      data,
      ...(code !== undefined && { elvisCode: code }),
    });
  }
}

async function outcome(doing: Asked['doing'], act: () => Promise<string>): Promise<Outcome> {
  try {
    return { answer: await act() };
  } catch (error) {
    return { refusal: answerOf(error, { market: 'spot', doing }) };
  }
}

const wordOf = (result: Outcome): string =>
  'answer' in result ? 'SUCCESS' : 'refusal' in result ? 'FAILURE' : 'NOT_ATTEMPTED';
const bodyOf = (result: Outcome): string =>
  'answer' in result ? result.answer : 'refusal' in result ? refusalBody(result.refusal) : 'null';
const codeOf = (...results: readonly Outcome[]): string | undefined =>
  results.flatMap((result) => ('refusal' in result ? [result.refusal.elvisCode ?? ''] : []))[0];
