import { CandleBuilder } from './candle-builder';
import { AggregateTrade, Candle, SealedMinute } from './candle';

const START = Date.UTC(2026, 10, 30, 12, 0);
const GRACE_MS = 1_500;
const at = (minute: number, second = 0): number => START + minute * 60_000 + second * 1_000;

const trade = (id: number, timeMs: number, price = '100', quantity = '1'): AggregateTrade => ({
  id,
  price,
  quantity,
  trades: 1,
  timeMs,
});

/** What the exchange would say of a minute. */
const kline = (minute: number, close = '100', volume = '5'): Candle => ({
  openTimeMs: at(minute),
  open: '100',
  high: '100',
  low: '100',
  close,
  volume,
  quoteVolume: '500',
  trades: 5,
});

const told = (minutes: readonly SealedMinute[]): string[] =>
  minutes.map(
    ({ openTimeMs, sealedBy, volume, revision }) =>
      `${(openTimeMs - START) / 60_000} ${sealedBy} ${volume}${revision > 1 ? ` revision ${revision}` : ''}`,
  );

/** Whose minute 0 was begun in the middle and taken from the exchange: from minute 1 on it has heard everything. */
function running(): CandleBuilder {
  const builder = new CandleBuilder({ graceMs: GRACE_MS });
  builder.trade(trade(1, at(0, 30)));
  builder.trade(trade(2, at(1, 1)));
  builder.clock(at(1, 2));
  expect(told(builder.repair([kline(0)]))).toEqual(['0 repair 5']);
  return builder;
}

describe('candle builder', () => {
  it('seals a minute when a trade of a later one comes and no id is missing', () => {
    const builder = running();
    expect(builder.trade(trade(3, at(1, 59), '101.50', '0.250'))).toEqual([]);
    expect(builder.trade(trade(4, at(2, 0)))).toEqual([
      {
        openTimeMs: at(1),
        open: '100',
        high: '101.5',
        low: '100',
        close: '101.5',
        volume: '1.25',
        quoteVolume: '125.375',
        trades: 2,
        firstId: 2,
        lastId: 3,
        revision: 1,
        sealedBy: 'trade',
      },
    ]);
  });

  it('seals a quiet minute by the exchange’s clock, a grace after its end and not before', () => {
    const builder = running();
    expect(builder.clock(at(2) + GRACE_MS - 1)).toEqual([]);
    expect(told(builder.clock(at(2) + GRACE_MS))).toEqual(['1 clock 1']);
  });

  it('gives a minute without trades the close before it, and the ids that show nothing is missing', () => {
    const builder = running();
    builder.clock(at(2, 2));
    const [quiet] = builder.clock(at(3, 2));
    expect(quiet).toMatchObject({ open: '100', low: '100', close: '100', volume: '0', trades: 0 });
    expect(quiet).toMatchObject({ firstId: 3, lastId: 2, sealedBy: 'clock' });
    expect(builder.trade(trade(3, at(4, 0)))[0]).toMatchObject({ openTimeMs: at(3), firstId: 3, lastId: 2 });
  });

  it('lets no minute leave that it began to hear in the middle, and asks for it once it is over', () => {
    const builder = new CandleBuilder({ graceMs: GRACE_MS });
    builder.trade(trade(7, at(0, 30)));
    expect(builder.missing).toBeUndefined();
    expect(builder.trade(trade(8, at(1, 0)))).toEqual([]);
    builder.clock(at(1, 2));
    expect(builder.missing).toEqual({ fromMs: at(0), toMs: at(1) });
    expect(told(builder.repair([kline(0)]))).toEqual(['0 repair 5']);
    expect(builder.missing).toBeUndefined();
  });

  it('breaks every minute in which a missing trade may lie, and holds the next ones back behind them', () => {
    const builder = running();
    expect(builder.trade(trade(9, at(3, 10)))).toEqual([]);
    expect(builder.trade(trade(10, at(4, 10)))).toEqual([]);
    expect(builder.trade(trade(11, at(5, 10)))).toEqual([]);
    builder.clock(at(5, 11));
    expect(builder.missing).toEqual({ fromMs: at(1), toMs: at(4) });
    expect(told(builder.repair([kline(2), kline(3)]))).toEqual([]);
    expect(told(builder.repair([kline(1)]))).toEqual(['1 repair 5', '2 repair 5', '3 repair 5', '4 trade 1']);
  });

  it('takes no candle of the exchange for a minute that is not over', () => {
    const builder = running();
    builder.trade(trade(9, at(2, 10)));
    expect(told(builder.repair([kline(1), kline(2, '1', '1')]))).toEqual(['1 repair 5']);
    expect(builder.missing).toBeUndefined();
  });

  it('goes on over a new connection if the first trade shows that none was missed', () => {
    const builder = running();
    builder.connected();
    builder.trade(trade(2, at(1, 1)));
    expect(told(builder.trade(trade(3, at(2, 1))))).toEqual(['1 trade 1']);
  });

  it('believes no quiet minute on a new connection before a trade has shown it', () => {
    const builder = running();
    builder.connected();
    expect(builder.clock(at(2, 2))).toEqual([]);
    expect(builder.missing).toEqual({ fromMs: at(1), toMs: at(2) });
  });

  it('counts a trade that two connections brought once', () => {
    const builder = running();
    builder.trade(trade(3, at(1, 5)));
    builder.trade(trade(3, at(1, 5)));
    expect(told(builder.trade(trade(4, at(2, 0))))).toEqual(['1 trade 2']);
  });

  it('makes one other revision of a minute when trades of it came late', () => {
    const builder = running();
    builder.clock(at(2, 2));
    expect(builder.trade(trade(3, at(1, 58), '90'))).toEqual([]);
    expect(builder.trade(trade(4, at(1, 59), '95'))).toEqual([]);
    const [revised, ...others] = builder.trade(trade(5, at(2, 1)));
    expect(others).toEqual([]);
    expect(revised).toMatchObject({ openTimeMs: at(1), revision: 2, low: '90', close: '95', volume: '3' });
    expect(told(builder.trade(trade(6, at(3, 0))))).toEqual(['2 trade 1']);
  });

  it('makes that revision by the clock where no later trade comes, a grace after the last', () => {
    const builder = running();
    builder.clock(at(2, 2));
    builder.trade(trade(3, at(1, 59), '90'));
    expect(builder.clock(at(2, 2) + GRACE_MS - 1)).toEqual([]);
    expect(told(builder.clock(at(2, 2) + GRACE_MS))).toEqual(['1 trade 2 revision 2']);
    expect(builder.clock(at(2, 10))).toEqual([]);
  });

  it('revises each minute once though the trades of several come late', () => {
    const builder = running();
    builder.clock(at(4, 2));
    builder.trade(trade(3, at(1, 59)));
    builder.trade(trade(4, at(1, 59)));
    expect(told(builder.trade(trade(5, at(2, 1))))).toEqual(['1 trade 3 revision 2']);
    expect(builder.trade(trade(6, at(2, 2)))).toEqual([]);
    expect(told(builder.trade(trade(7, at(4, 0))))).toEqual(['2 trade 2 revision 2']);
  });

  it('looks again at a minute sealed by the clock when trades are missing behind it', () => {
    const builder = running();
    builder.clock(at(2, 2));
    builder.trade(trade(5, at(2, 5)));
    builder.clock(at(3, 2));
    expect(builder.missing).toEqual({ fromMs: at(1), toMs: at(3) });
    expect(told(builder.repair([kline(1, '100', '6'), kline(2)]))).toEqual([
      '1 repair 6 revision 2',
      '2 repair 5',
    ]);
  });

  it('leaves that minute as it is where the exchange has the same', () => {
    const builder = running();
    builder.clock(at(2, 2));
    builder.trade(trade(5, at(2, 5)));
    builder.clock(at(3, 2));
    const same = { ...kline(1, '100', '1'), quoteVolume: '100', trades: 1 };
    expect(told(builder.repair([same, kline(2)]))).toEqual(['2 repair 5']);
    expect(builder.missing).toBeUndefined();
  });

  it('goes on after an earlier run: what was missed in between is asked for', () => {
    const builder = new CandleBuilder({
      graceMs: GRACE_MS,
      after: { openTimeMs: at(0), close: '100', lastId: 1 },
    });
    builder.trade(trade(9, at(2, 30)));
    builder.clock(at(3, 2));
    expect(builder.missing).toEqual({ fromMs: at(1), toMs: at(3) });
  });

  it('goes on after an earlier run that missed nothing', () => {
    const builder = new CandleBuilder({
      graceMs: GRACE_MS,
      after: { openTimeMs: at(0), close: '100', lastId: 1 },
    });
    expect(told(builder.trade(trade(2, at(2, 30))))).toEqual(['1 trade 0']);
  });

  it('begins behind a hole of more than a day', () => {
    const builder = new CandleBuilder({
      graceMs: GRACE_MS,
      after: { openTimeMs: at(-3_000), close: '100', lastId: 1 },
    });
    builder.trade(trade(9, at(0, 30)));
    builder.clock(at(1, 2));
    expect(builder.missing).toEqual({ fromMs: at(0), toMs: at(1) });
  });

  it('asks the exchange for the minutes of a symbol that has had no trade at all', () => {
    const builder = new CandleBuilder({ graceMs: GRACE_MS });
    builder.clock(at(0, 30));
    builder.clock(at(1, 2));
    expect(builder.missing).toEqual({ fromMs: at(0), toMs: at(1) });
  });

  it('shows the minute that is going on, and whether it is whole', () => {
    const builder = running();
    expect(builder.forming).toMatchObject({ openTimeMs: at(1), volume: '1', isWhole: true });
    builder.trade(trade(9, at(1, 30), '102'));
    expect(builder.forming).toMatchObject({ close: '102', volume: '2', isWhole: false });
  });

  it('shows a minute that has had no trade yet at the close before it', () => {
    const builder = running();
    builder.clock(at(2, 2));
    expect(builder.forming).toMatchObject({ openTimeMs: at(2), open: '100', volume: '0', isWhole: true });
  });
});
