import { setTimeout as pause } from 'node:timers/promises';
import { opened } from '@elvis/testing';
import { RiskFleet, anOrder, answersUntil } from './risk-fleet';

const DOGE = { symbol: 'DOGEUSDT', entryPrice: '0.2', markPrice: '0.21', unrealizedPnl: '0', leverage: 5 };

describe('a position that a person holds in a symbol that is not followed', () => {
  const fleet = opened(() => RiskFleet.start({ SYMBOLS: 'BTCUSDT', RISK_MAX_ORDERS_PER_SECOND: 'off' }));

  const codeOf = () => fleet.codeOf(anOrder());
  const passes = (): Promise<readonly string[]> => answersUntil('NEW', codeOf);
  const holds = (positions: readonly (typeof DOGE & { quantity: string })[]): void => {
    fleet.account = { balances: [{ asset: 'USDT', wallet: '1000000', free: '1000000' }], positions };
  };

  it('refuses nothing of a followed symbol when it was closed and our books still hold it', async () => {
    await passes();
    holds([{ ...DOGE, quantity: '100' }]);
    await fleet.hold('DOGEUSDT', '100');
    await passes();
    const before = fleet.placed.length;
    holds([]);
    // The exchange shows it no more; execution's books follow in a second or two, and until then every order passes.
    for (let look = 0; look < 30; look += 1) {
      expect(await codeOf()).toBe('NEW');
      await pause(100);
    }
    expect(fleet.placed.length).toBe(before + 30);
    await fleet.hold('DOGEUSDT', '0');
    expect(await codeOf()).toBe('NEW');
  });
});
