import { Decimal } from '@elvis/trading';
import { Booking, reconcile } from './statement';

const booking = (type: string, tradeId: string | null, amount: string, symbol = 'BTCUSDT'): Booking => ({
  type,
  symbol,
  asset: 'USDT',
  tradeId,
  amount: new Decimal(amount),
});

describe('daily statement', () => {
  it('agrees when every trade agrees to the last unit, and lists what no fill tells of', () => {
    const ours = [booking('REALIZED_PNL', '1', '4'), booking('COMMISSION', '1', '-0.02460000')];
    const { lines, differences } = reconcile(ours, [
      booking('COMMISSION', '1', '-0.0246'),
      booking('REALIZED_PNL', '1', '4.00000000'),
      booking('FUNDING_FEE', null, '-0.5'),
    ]);
    expect(differences).toEqual([]);
    expect(
      lines.map(({ type, ours: mine, exchange }) => [type, mine?.toFixed() ?? null, exchange.toFixed()]),
    ).toEqual([
      ['COMMISSION', '-0.0246', '-0.0246'],
      ['FUNDING_FEE', null, '-0.5'],
      ['REALIZED_PNL', '4', '4'],
    ]);
  });

  it('adds up what the exchange booked in parts', () => {
    const parts = [booking('COMMISSION', '1', '-0.01'), booking('COMMISSION', '1', '-0.02')];
    expect(reconcile([booking('COMMISSION', '1', '-0.03')], parts).differences).toEqual([]);
  });

  it('names a trade that is missing here, one missing there, and one that differs by the last unit', () => {
    const { differences } = reconcile(
      [booking('COMMISSION', '2', '-1'), booking('COMMISSION', '3', '-0.00000001')],
      [booking('COMMISSION', '1', '-1'), booking('COMMISSION', '3', '-0.00000002')],
    );
    expect(differences.map(({ kind, tradeId }) => [kind, tradeId])).toEqual([
      ['MISSING_HERE', '1'],
      ['MISSING_AT_EXCHANGE', '2'],
      ['AMOUNT_DIFFERS', '3'],
    ]);
  });

  it('does not mistake equal trade ids of two symbols for one trade', () => {
    const ours = [booking('COMMISSION', '1', '-1', 'ETHUSDT')];
    expect(reconcile(ours, [booking('COMMISSION', '1', '-1', 'BTCUSDT')]).differences).toHaveLength(2);
  });

  it('takes a booking of zero for none', () => {
    expect(reconcile([booking('REALIZED_PNL', '1', '0')], []).differences).toEqual([]);
  });
});
