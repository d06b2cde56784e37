import { TradeClock } from './trade-clock';

describe('clock of the trades', () => {
  const START = 1_000_000;
  let clock: TradeClock;
  beforeEach(() => {
    clock = new TradeClock();
    clock.hear(START);
  });

  it('is the exchange’s where trades come in time', () => {
    clock.trade(START);
    clock.hear(START + 1_500);
    expect(clock.tradesMs).toBe(START + 1_500);
  });

  it('stays behind by as much as the trades do', () => {
    clock.hear(START + 100_000);
    clock.trade(START + 20_000);
    clock.trade(START + 99_000);
    clock.hear(START + 101_000);
    expect(clock.tradesMs).toBe(START + 21_000);
    expect(clock.nowMs).toBe(START + 101_000);
  });

  it('follows again when no trade was late for two minutes', () => {
    clock.hear(START + 1_000);
    clock.trade(START - 9_000);
    clock.hear(START + 60_000);
    expect(clock.tradesMs).toBe(START + 50_000);
    clock.hear(START + 120_000);
    expect(clock.tradesMs).toBe(START + 120_000);
  });

  it('forgets a delay that no message followed for as long', () => {
    clock.trade(START - 9_000);
    clock.hear(START + 600_000);
    expect(clock.tradesMs).toBe(START + 600_000);
  });

  it('does not go back by a message that is older', () => {
    clock.hear(START - 5_000);
    expect(clock.nowMs).toBe(START);
  });
});
