/**
 * How long after a kill -9 of a replica, with open orders, the account is followed again by another one and nothing is
 * unresolved; median and worst.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Sender } from '../../test/faults/sender';
import { Stage } from '../../test/faults/stage';
import { Records } from '../../test/faults/verdict';
import { openOrders } from './open-orders';

const PREFIX = 'recovery-';

export async function reportKills(rounds: number, orders: number): Promise<void> {
  const stage = new Stage();
  const sender = new Sender(stage);
  const records = new Records(stage);
  const took: number[] = [];
  try {
    await stage.open();
    await Promise.all([sender.open(), records.open()]);
    await sender.calm();
    await openOrders(stage, sender, orders, PREFIX);
    for (let round = 1; round <= rounds; round += 1) {
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
    `Recovery with ${orders} open orders: median ${Math.round(median)} ms, worst ${Math.round(sorted.at(-1) ?? 0)} ms`,
  );
}

async function clean(records: Records): Promise<void> {
  for (;;) {
    const { unresolved, problems } = await records.compare(PREFIX);
    if (unresolved.length === 0 && problems.length === 0) return;
    await pause(20);
  }
}
