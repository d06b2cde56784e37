import { Clearance } from '@elvis/contracts';
import { standingOf } from './standing-of';

const NOW_MS = 1_000_000;
const KNOWN = { build: 'build-1', riskLimits: '{}' };
const given = (change: Partial<Clearance> = {}): Clearance => ({
  id: 'c',
  runId: 'r',
  botConfigId: null,
  verdict: 'GO',
  binding: 'b',
  bound: { ...KNOWN, rules: 'known to others' },
  limits: null,
  decidedBy: ['user:1', 'user:2'],
  createdAtMs: 0,
  expiresAtMs: NOW_MS + 1,
  revokedAtMs: null,
  revokedBecause: null,
  ...change,
});

describe('a clearance', () => {
  it('holds until it ends', () => {
    expect(standingOf([given()], KNOWN, NOW_MS)).toHaveProperty('clearance.id', 'c');
  });

  it('holds where a newer one was revoked', () => {
    const revoked = given({ id: 'newer', revokedAtMs: 1, revokedBecause: 'by mistake' });
    expect(standingOf([revoked, given()], KNOWN, NOW_MS)).toHaveProperty('clearance.id', 'c');
  });

  it.each([
    ['none was given', [], KNOWN, 'there is none'],
    ['it has expired', [given({ expiresAtMs: NOW_MS })], KNOWN, 'it has expired'],
    [
      'it was revoked',
      [given({ revokedAtMs: 1, revokedBecause: 'the market has changed' })],
      KNOWN,
      'it was revoked: the market has changed',
    ],
    ['another build runs', [given()], { ...KNOWN, build: 'build-2' }, 'changed since: build'],
    ['a limit was changed', [given()], { ...KNOWN, riskLimits: '{"a":"1"}' }, 'changed since: riskLimits'],
  ] as const)('does not hold where %s', (_, own, known, lacks) => {
    expect(standingOf(own, known, NOW_MS)).toEqual({ lacks });
  });
});
