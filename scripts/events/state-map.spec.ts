import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_PAGE, readState, renderState } from './state-map';

const ROOT = join(__dirname, '../..');

describe('keys, streams and buckets', () => {
  const entries = readState(ROOT);

  it('are listed in docs/state.md as the sources have them: run `npm run docs:events`', () => {
    expect(readFileSync(join(ROOT, STATE_PAGE), 'utf8')).toBe(renderState(entries));
  });

  it('each say in a comment at their declaration what they hold', () => {
    expect(entries.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([]);
  });

  it('are found where they are declared, with the services that use the declaration', () => {
    const permit = entries.find(({ name }) => name === 'ELVIS_TRADING_PERMIT');
    expect(permit?.usedBy).toEqual(['apps/execution', 'apps/gateway', 'apps/risk']);
    expect(entries.map(({ name }) => name)).toContain('ELVIS_ORDER_WORK:<clientOrderId>');
  });
});
