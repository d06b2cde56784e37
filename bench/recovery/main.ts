/**
 * `npm run bench:recovery [-- --rounds 10 --orders 200]`: how long after a kill -9 of the replica that follows the account,
 * with 200 open orders, the account is followed again by another one and nothing is unresolved; median and worst.
 */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Sender } from '../../test/faults/sender';
import { Stage } from '../../test/faults/stage';
import { Records } from '../../test/faults/verdict';

const PREFIX = 'recovery-';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '10' }, orders: { type: 'string', default: '200' } },
  });
  const stage = new Stage();
  const sender = new Sender(stage);
  const records = new Records(stage);
  const took: number[] = [];
  try {
    await stage.open();
    await Promise.all([sender.open(), records.open()]);
    await sender.calm();
    await openOrders(stage, sender, Number(values.orders));
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      await sender.calm();
      const [victim] = stage.replicas.slice(round % stage.replicas.length);
      if (!victim) throw new Error('There is no replica to kill');
      const startedAt = performance.now();
      victim.process.kill('SIGKILL');
      await sender.handedOver();
      await clean(records);
      took.push(performance.now() - startedAt);
      console.log(`round ${round}: ${Math.round(took.at(-1) ?? 0)} ms`);
      stage.revive(victim);
      await stage.ready(victim);
    }
  } finally {
    await Promise.allSettled([sender.close(), records.close()]);
    await stage.close();
  }
  const sorted = [...took].sort((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `Recovery with ${values.orders} open orders: median ${Math.round(median)} ms, worst ${Math.round(sorted.at(-1) ?? 0)} ms`,
  );
}

async function openOrders(stage: Stage, sender: Sender, count: number): Promise<void> {
  const rows = (await (
    await fetch(`http://127.0.0.1:${stage.restPort}/fapi/v1/premiumIndex?symbol=BTCUSDT`)
  ).json()) as { markPrice: string };
  const price = `${Math.round(Number(rows.markPrice) * 0.97)}`;
  for (let place = 0; place < count; place += 1) {
    await sender.place({
      clientOrderId: `${PREFIX}${place}`,
      actor: 'bench',
      market: 'futures',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.01',
      price,
    });
  }
}

async function clean(records: Records): Promise<void> {
  for (;;) {
    const { unresolved, problems } = await records.compare(PREFIX);
    if (unresolved.length === 0 && problems.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

void main();
