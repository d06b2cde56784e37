/** Reads the spot balances as execution's records make them; what cannot be read is not known. */
import { balancesSinceField, movedField, walletField } from '@elvis/contracts';
import { Holding, SpotLedger } from '@elvis/rules';
import { Decimal } from '@elvis/trading';

const UNITS = /^-?\d{1,30}$/;
const UNIT = new Decimal('1e-8');
const WALLET = walletField('spot', '');

export function readSpotLedger(fields: Readonly<Record<string, string>>): SpotLedger | undefined {
  const sinceMs = Number(fields[balancesSinceField('spot')]);
  if (!Number.isFinite(sinceMs)) return undefined;
  const holdings = new Map<string, Holding>();
  for (const [field, text] of Object.entries(fields)) {
    if (!field.startsWith(WALLET)) continue;
    const asset = field.slice(WALLET.length);
    const moved = fields[movedField('spot', asset)] ?? '0';
    if (!UNITS.test(text) || !UNITS.test(moved)) return undefined;
    holdings.set(asset, { wallet: UNIT.times(text), moved: UNIT.times(moved) });
  }
  return { sinceMs, holdings };
}
