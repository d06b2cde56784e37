/** Answers every order at once where risk would: what is measured is the gateway, its bus and its audit alone. */
import { OrderView, SubmitOrder, submitOrder } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, connect } from 'nats';

async function main(): Promise<void> {
  const connection = await connect(natsOptions(process.argv[2] ?? '', 'bench-risk'));
  const asked = JSONCodec<{ id: string; data: SubmitOrder }>();
  const answers = JSONCodec();
  connection.subscribe(submitOrder.subject, {
    queue: 'risk',
    callback: (_error, message) => {
      const { id, data } = asked.decode(message.data);
      const now = Date.now();
      const { remoteIp: _, ...order } = data;
      const placed: OrderView = {
        ...order,
        status: 'NEW',
        filledQuantity: '0',
        decisionId: id,
        createdAtMs: now,
        updatedAtMs: now,
      };
      const response = { order: placed, isRepeat: false };
      message.respond(answers.encode({ id, response, isDisposed: true }));
    },
  });
  await connection.flush();
  process.send?.({ ready: true });
}

void main();
