import { MINUTE, T0, TODAY, after, at, booked, loss, moved, start } from '../../test/a-history';
import { EquityHistory, LossName, Worth, acknowledged, isMoved, withEquity } from './loss';

const SECOND = 1_000;
const ended = (history: EquityHistory, worth: Worth, name: LossName, stopId = `of-${name}`) =>
  acknowledged(history, worth, { stopId, name });

describe('losses', () => {
  it('count from the first value of the day, and from the highest ever', () => {
    const later = after(start, at(1200, MINUTE), at(900, 2 * MINUTE));
    expect(loss(later, at(900, 2 * MINUTE))).toEqual(['100', '300']);
    const nextDay = withEquity(later, at(850, 3 * MINUTE), '2026-11-22');
    expect(loss(nextDay, at(850, 3 * MINUTE))).toEqual(['0', '350']);
    expect(withEquity(nextDay, at(700, 4 * MINUTE), TODAY).day).toBe('2026-11-22');
    expect(loss(start, at(2000, MINUTE))).toEqual(['0', '0']);
  });

  it('start anew from the present value once acknowledged, each by itself', () => {
    const low = at(400, MINUTE);
    expect(loss(ended(start, low, 'daily-loss'), low)).toEqual(['0', '600']);
    expect(loss(ended(start, low, 'drawdown'), low)).toEqual(['600', '0']);
    const high = after(start, at(1500, 30 * SECOND));
    expect(loss(ended(high, low, 'drawdown'), low)).toEqual(['600', '0']);
  });

  it('start anew once for each stop, whoever ends it last: what was lost since then counts', () => {
    const first = ended(start, at(400, MINUTE), 'daily-loss', 'stop-1');
    const low = at(300, 2 * MINUTE);
    expect(loss(ended(first, low, 'daily-loss', 'stop-1'), low)[0]).toBe('100');
    expect(loss(ended(first, low, 'daily-loss', 'stop-2'), low)[0]).toBe('0');
  });

  it('remember the last twenty stops that were ended', () => {
    const ids = Array.from({ length: 21 }, (_, index) => `stop-${index}`);
    const low = at(400, MINUTE);
    const history = ids.reduce((known, id) => ended(known, low, 'daily-loss', id), start);
    expect(history.acknowledged).toEqual(ids.slice(1));
  });

  it('are none where money went elsewhere, and are as large as they were where money came', () => {
    const taken = booked(after(start, at(400, MINUTE)), 2 * MINUTE, moved(-600, 30 * SECOND));
    expect(loss(taken, at(400, 2 * MINUTE))).toEqual(['0', '0']);
    expect(loss(taken, at(300, 2 * MINUTE))).toEqual(['100', '100']);
    const lost = after(start, at(400, MINUTE), at(1000, 2 * MINUTE));
    expect(loss(lost, at(1000, 2 * MINUTE))).toEqual(['0', '0']);
    const given = booked(lost, 3 * MINUTE, moved(600, 90 * SECOND));
    expect(loss(given, at(1000, 2 * MINUTE))).toEqual(['600', '600']);
  });

  it('move by each booking once, however often it is read', () => {
    const once = booked(start, MINUTE, moved(-600, 30 * SECOND));
    const twice = booked(once, 2 * MINUTE, moved(-600, 30 * SECOND));
    expect(loss(twice, at(400, 2 * MINUTE))).toEqual(['0', '0']);
    const both = booked(twice, 2 * MINUTE, moved(-100, 40 * SECOND));
    expect(loss(both, at(300, 2 * MINUTE))).toEqual(['0', '0']);
  });

  it('are not moved by what was booked before they were measured', () => {
    const history = booked(start, MINUTE, moved(500, -SECOND), moved(-300, 0));
    expect(loss(history, at(1000, MINUTE))).toEqual(['0', '0']);
    const known = ended(start, at(400, MINUTE), 'daily-loss');
    const both = ended(known, at(400, MINUTE), 'drawdown');
    const late = booked(both, 2 * MINUTE, moved(-600, 30 * SECOND));
    expect(loss(late, at(350, 2 * MINUTE))).toEqual(['50', '50']);
  });

  it('are no greater for a deposit learnt late: it has not been a summit', () => {
    const jumped = after(start, at(1600, MINUTE), at(1650, 2 * MINUTE), at(1600, 3 * MINUTE));
    const told = booked(jumped, 3 * MINUTE, moved(600, MINUTE - SECOND));
    expect(loss(told, at(1600, 3 * MINUTE))).toEqual(['0', '50']);
  });

  it('are no greater for a deposit learnt after its value has settled in the peak', () => {
    const jumped = after(start, at(1600, MINUTE), at(1600, 10 * MINUTE));
    const settled = after(booked(jumped, 10 * MINUTE), at(1600, 11 * MINUTE));
    expect(settled.settledToMs).toBeGreaterThanOrEqual(T0 + MINUTE);
    const told = booked(settled, 11 * MINUTE, moved(600, 50 * SECOND));
    expect(loss(told, at(1600, 11 * MINUTE))).toEqual(['0', '0']);
    const low = after(
      booked(after(start, at(900, MINUTE), at(900, 10 * MINUTE)), 10 * MINUTE),
      at(900, 11 * MINUTE),
    );
    const taken = booked(low, 11 * MINUTE, moved(-100, 50 * SECOND));
    expect(loss(taken, at(900, 11 * MINUTE))).toEqual(['0', '0']);
  });

  it('count a value beside a transfer neither with it nor without it', () => {
    const beside = after(start, at(1000, MINUTE), at(1600, MINUTE + 5 * SECOND), at(990, 2 * MINUTE));
    const told = booked(beside, 2 * MINUTE, moved(-610, MINUTE + SECOND), moved(600, MINUTE));
    expect(loss(told, at(990, 2 * MINUTE))).toEqual(['0', '0']);
  });

  it('do not jump when a booking is known before the account shows it', () => {
    const told = booked(start, MINUTE, moved(600, 30 * SECOND));
    expect(loss(told, at(1000, 20 * SECOND))).toEqual(['0', '0']);
    expect(loss(ended(told, at(900, 20 * SECOND), 'daily-loss'), at(1500, MINUTE))[0]).toBe('0');
  });

  it('keep the highest value however long bookings cannot be read, and a bounded list of values', () => {
    const hour = Array.from({ length: 720 }, (_, index) =>
      at(index === 100 ? 1300 : 1000, index * 5 * SECOND),
    );
    const history = after(start, ...hour);
    expect(history.recent.length).toBeLessThanOrEqual(120);
    expect(history.bookedToMs).toBe(T0);
    expect(loss(history, at(1000, 60 * MINUTE))).toEqual(['0', '300']);
  });

  it('forget bookings that no value needs any more', () => {
    const told = booked(start, MINUTE, moved(600, 30 * SECOND));
    expect(booked(told, 10 * MINUTE).transfers).toHaveLength(1);
    expect(booked(told, 16 * MINUTE).transfers).toEqual([]);
  });

  it.each([
    ['TRANSFER', true],
    ['COIN_SWAP_WITHDRAW', true],
    ['WELCOME_BONUS', true],
    ['REALIZED_PNL', false],
    ['COMMISSION', false],
    ['FUNDING_FEE', false],
    ['INSURANCE_CLEAR', false],
  ])('are moved by %s: %s', (type, answer) => {
    expect(isMoved(type)).toBe(answer);
  });
});
