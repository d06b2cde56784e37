/** Cancel-replace that went wrong: the refusal carries the outcome of each half. */
import { Refusal } from '@elvis/simulation';

export class ReplaceRefusal extends Refusal {
  constructor(
    code: -2021 | -2022,
    cancel: string | Refusal,
    order: string | Refusal,
    status = code === -2021 ? 409 : 400,
  ) {
    super(
      code,
      code === -2021 ? 'Order cancel-replace partially failed.' : 'Order cancel-replace failed.',
      status,
      `{"cancelResult":"${cancel instanceof Refusal ? 'FAILURE' : 'SUCCESS'}","newOrderResult":"${order === 'NOT_ATTEMPTED' ? order : order instanceof Refusal ? 'FAILURE' : 'SUCCESS'}","cancelResponse":${halfText(cancel)},"newOrderResponse":${halfText(order)}}`,
    );
  }
}

const halfText = (half: string | Refusal): string =>
  half instanceof Refusal
    ? JSON.stringify({ code: half.code, msg: half.message })
    : half === 'NOT_ATTEMPTED'
      ? 'null'
      : half;
