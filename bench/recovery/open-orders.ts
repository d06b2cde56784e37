/** Orders that rest on the exchange, a little below the market. */
import { Outcome, Sender } from '../../test/faults/sender';
import { Stage } from '../../test/faults/stage';

export async function openOrders(
  stage: Stage,
  sender: Sender,
  count: number,
  prefix: string,
): Promise<readonly Outcome[]> {
  const rows = (await (
    await fetch(`http://127.0.0.1:${stage.restPort}/fapi/v1/premiumIndex?symbol=BTCUSDT`)
  ).json()) as { markPrice: string };
  const price = `${Math.round(Number(rows.markPrice) * 0.97)}`;
  const outcomes: Outcome[] = [];
  for (let place = 0; place < count; place += 1) {
    const outcome = await sender.place({
      clientOrderId: `${prefix}${place}`,
      actor: 'bench',
      market: 'futures',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.01',
      price,
    });
    outcomes.push(outcome);
  }
  return outcomes;
}
