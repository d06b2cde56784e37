/** What the caller hears of an order that was handed to execution. */
import { SubmitOrderReply } from '@elvis/contracts';

/**
 * Execution denies an order for one reason only: the switch was set between the reservation and the send script. Where
 * another order stands under the id it is the answer, with its own denial.
 */
export async function placedReply(
  { order, isRepeat }: SubmitOrderReply,
  standing: () => Promise<SubmitOrderReply | undefined>,
): Promise<SubmitOrderReply> {
  if (isRepeat) return (order.status === 'DENIED' && (await standing())) || { order, isRepeat };
  const denial = { code: 'STATE_HALTED', context: { scope: 'global' } } as const;
  return { order, isRepeat, ...(order.status === 'DENIED' && { denial }) };
}
