/**
 * Who may trade what: one holder for each futures symbol and each spot base asset, because the account has one position
 * there. Risk takes, checks and gives back; bots and, later, keys of the Binance front hold.
 */
import { Market } from '@elvis/trading';
import { command, event, query } from '../messages/contract';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { MARKETS } from '@elvis/trading';

/** JetStream KV bucket: who holds which futures symbol or spot base asset, since when, and who gave it up when. */
export const SYMBOL_LEASES_BUCKET = 'ELVIS_SYMBOL_LEASES';

/** `bot:<botConfigId>`, or later `key:<id>` of the Binance front. */
export interface SymbolLease {
  readonly market: Market;
  /** Futures symbol, or spot base asset. */
  readonly subject: string;
  /** Null after it was given back. */
  readonly holder: string | null;
  readonly takenAtMs: number;
  readonly releasedAtMs: number | null;
  readonly releasedBy: string | null;
  /** On spot: how much of the coin the account held before, a decimal; that is not the holder's. */
  readonly baseline: string | null;
}

export class ListSymbolLeases {}

/** Those that are held. */
export const listSymbolLeases = query<ListSymbolLeases, { readonly items: readonly SymbolLease[] }>(
  'elvis.query.risk.symbol-leases',
  ListSymbolLeases,
);

export class ReleaseSymbolLease {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(/^[A-Z0-9_]{1,40}$/) readonly subject!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

/** For a person. @throws LEASE_IN_USE its holder still has a position, an open order or an unknown one there */
export const releaseSymbolLease = command<ReleaseSymbolLease, SymbolLease>(
  'elvis.command.risk.release-symbol-lease',
  ReleaseSymbolLease,
);

export class SymbolLeaseChanged {
  readonly market!: Market;
  readonly subject!: string;
  readonly holder!: string;
  readonly change!: 'taken' | 'released';
  readonly actor!: string;
  readonly atMs!: number;
}
/** A symbol has another holder, or none. */
export const symbolLeaseChanged = event('elvis.event.risk.symbol-lease-changed', SymbolLeaseChanged);
