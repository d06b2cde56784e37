/** Stands where execution would for the snapshots of order books: asks the exchange, and answers as it does. */
import { DepthSnapshot, GetDepth, getDepth } from '@elvis/contracts';
import { JSONCodec, NatsConnection } from 'nats';

const codec = JSONCodec();

export async function readSnapshot(rest: string, symbol: string, limit: number): Promise<DepthSnapshot> {
  const answer = await fetch(`${rest}/fapi/v1/depth?symbol=${symbol}&limit=${limit}`);
  const { lastUpdateId, bids, asks } = (await answer.json()) as DepthSnapshot;
  return { lastUpdateId: `${lastUpdateId}`, bids, asks };
}

export function serveSnapshots(execution: NatsConnection, rest: string): void {
  execution.subscribe(getDepth.subject, {
    callback: (_, message) => {
      const { data, id } = codec.decode(message.data) as { data: GetDepth; id: string };
      void readSnapshot(rest, data.symbol, data.limit).then((response) =>
        message.respond(codec.encode({ id, response, isDisposed: true })),
      );
    },
  });
}
