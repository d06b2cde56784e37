/** From the press of HALT until the page shows that no order is accepted any more, as the page itself counts it. */
import { until } from '@elvis/testing';
import { Person, asOperator } from '../../test/page/person';
import { RunningStack } from '@elvis/testing';
import { Measured, quantile } from './table';

export async function halts(
  person: Person,
  running: RunningStack,
  count: number,
): Promise<readonly Measured[]> {
  const times: number[] = [];
  for (let halt = 0; halt < count; halt += 1) {
    await person.halts();
    const text = await person.at('[data-phase="DRAINED"]').innerText();
    times.push(Number(/\+(\d+) ms/.exec(text)?.[1]));
    await asOperator(running.stack, 'DELETE', '/emergency_stop', { reason: 'measured' });
    await person.seesTrading('ACTIVE');
    await person.at('[data-halt]').waitFor({ state: 'detached' });
  }
  await until(() => times.every(Number.isFinite), 'each halt told its time');
  return [
    {
      line: 'W8',
      what: `press of HALT until drained is shown, median of ${count}`,
      figure: quantile(times, 0.5),
      unit: 'ms',
    },
    { line: 'W8', what: `the same, p99`, figure: quantile(times, 0.99), unit: 'ms', bound: 150 },
  ];
}
