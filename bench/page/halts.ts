/** From the press of HALT until the page shows that no order is accepted any more, as the page itself counts it. */
import { RunningStack } from '@elvis/testing';
import { Person, asOperator } from '../../test/page/person';
import { Measured, quantile } from './table';

/** No order is accepted from here on; a look may find it further already. */
const DRAINED = ['DRAINED', 'CANCELLING', 'VERIFIED_ZERO'].map((phase) => `[data-phase="${phase}"]`).join();

export async function halts(
  person: Person,
  running: RunningStack,
  count: number,
): Promise<readonly Measured[]> {
  const times: number[] = [];
  for (let halt = 0; halt < count; halt += 1) {
    await person.halts();
    const text = await person.at(DRAINED).first().innerText();
    times.push(Number(/\+(\d+) ms/.exec(text)?.[1]));
    await asOperator(running.stack, 'DELETE', '/emergency_stop', { reason: 'measured' });
    await person.seesTrading('ACTIVE');
    await person.at('[data-halt]').waitFor({ state: 'detached' });
  }
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
