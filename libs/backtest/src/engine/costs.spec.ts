import { Decimal } from '@elvis/trading';
import { defineStrategy } from '@elvis/strategy';
import { FREE, NEW_YEAR_MS, backtestOn, still } from '../../test/a-market';
import { FUTURES_COSTS, fundingAt } from './costs';

const HOUR_MS = 3_600_000;
const at = (hour: number): number => NEW_YEAR_MS + hour * HOUR_MS;

describe('funding', () => {
  const fundings = new Map([
    [at(4), new Decimal('0.0002')],
    [at(12), new Decimal('-0.0003')],
  ]);
  const known = { ...FUTURES_COSTS, fundings };

  it.each<[hour: number, assumed: string | null, published: string | null]>([
    [0, '0.0001', '0.0001'],
    [4, null, '0.0002'],
    // Between two that were published there was none, whatever is usual.
    [8, '0.0001', null],
    [12, null, '-0.0003'],
    [16, '0.0001', '0.0001'],
    [17, null, null],
  ])('at %i:00 is %s as assumed, %s as published from 04:00 to 12:00', (hour, assumed, published) => {
    expect(fundingAt(FUTURES_COSTS, at(hour))?.toFixed() ?? null).toBe(assumed);
    expect(fundingAt(known, at(hour))?.toFixed() ?? null).toBe(published);
    expect(fundingAt({ ...FUTURES_COSTS, fundings: new Map() }, at(hour))?.toFixed() ?? null).toBe(assumed);
  });

  it('is paid by what is held at its moment', () => {
    const holding = defineStrategy({
      name: 'holding',
      version: 1,
      summary: 'Holds one.',
      parameters: {},
      onCandle(t) {
        if (t.position.isFlat) t.enter('LONG', { size: t.size.quantity('1'), because: 'test' });
      },
    });
    const run = backtestOn(holding, still(100, 13 * 60), { costs: { ...FREE, fundings } });
    // 100 x 0.0002 is paid, 100 x 0.0003 is received.
    expect(run.paid.funding).toBe('0.01');
  });
});
