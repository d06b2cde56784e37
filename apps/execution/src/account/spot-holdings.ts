/**
 * On spot what is held is the position. Fees are taken out of it, so the fills alone do not make it up, and small
 * differences are taken over silently; one that is worth more than the limit was somebody else's doing and is told.
 */
import { AccountView } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { DifferenceWorth } from './difference-worth';
import { expectedHolding } from '../domain/expected-holding';
import { ExecutionConfig } from '../execution.config';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { SymbolAssets } from '../venue/symbol-assets';

export interface HoldingDifference {
  readonly symbol: string;
  readonly ours: string;
  readonly theirs: string;
  /** Undefined where no price could be had. */
  readonly worth: Decimal | undefined;
}

export interface HoldingsLook {
  /** Another look is needed before anything can be said. */
  readonly isSuspicious: boolean;
  /** Seen twice, worth more than the limit, and taken over. */
  readonly differences: readonly HoldingDifference[];
}

@Injectable()
export class SpotHoldings {
  /** By base asset: what all of its symbols were set to, and what a first look has seen. */
  private readonly takenOver = new Map<string, string>();
  private readonly suspected = new Map<string, string>();

  constructor(
    private readonly exposure: ExposureLedger,
    private readonly assets: SymbolAssets,
    private readonly worths: DifferenceWorth,
    private readonly config: ExecutionConfig,
  ) {}

  /** Begins with what the exchange has; what is counted already stays as it is. @throws when Redis is unavailable */
  async startHoldings({ positions }: AccountView): Promise<void> {
    const { known, held, groups } = await this.sides(positions);
    for (const [asset, symbols] of groups)
      if (symbols.some((symbol) => !known.has(symbol)))
        await this.takeOverHoldings(asset, symbols, known, held.get(symbols[0] ?? '') ?? '0');
  }

  /**
   * Only while the balances are equal: then no fill is under way that would explain a difference. @throws when Redis is
   * unavailable
   */
  async compareHoldings({ positions }: AccountView): Promise<HoldingsLook> {
    const { known, held, groups } = await this.sides(positions);
    const differences: HoldingDifference[] = [];
    let isSuspicious = false;
    for (const [asset, symbols] of groups) {
      const theirs = held.get(symbols[0] ?? '') ?? '0';
      const ours = expectedHolding(
        symbols.map((symbol) => known.get(symbol)),
        this.takenOver.get(asset),
      );
      const seen = `${ours?.toFixed()}|${theirs}`;
      if (ours && !ours.eq(theirs) && this.suspected.get(asset) !== seen) {
        this.suspected.set(asset, seen);
        isSuspicious = true;
        continue;
      }
      this.suspected.delete(asset);
      const found = ours && !ours.eq(theirs) ? await this.priced(symbols, ours, theirs) : [];
      if (await this.takeOverHoldings(asset, symbols, known, theirs)) differences.push(...found);
    }
    return { isSuspicious, differences };
  }

  /** One for each symbol that is judged by this holding; none where it is worth no more than the limit. */
  private async priced(
    symbols: readonly string[],
    ours: Decimal,
    theirs: string,
  ): Promise<HoldingDifference[]> {
    const limit = this.config.HALT_ON_RECONCILE_DIFF;
    if (limit === 'off') return [];
    const worth = await this.worths.worthOf(
      'spot',
      symbols[0] ?? '',
      new Decimal(theirs).minus(ours),
      undefined,
    );
    if (worth?.lte(limit)) return [];
    return symbols.map((symbol) => ({ symbol, ours: ours.toFixed(), theirs, worth }));
  }

  /** Whether nobody moved a fill into one of them meanwhile. */
  private async takeOverHoldings(
    asset: string,
    symbols: readonly string[],
    known: ReadonlyMap<string, string>,
    theirs: string,
  ): Promise<boolean> {
    let isWhole = true;
    for (const symbol of symbols) {
      const standing = known.get(symbol);
      if (standing !== undefined && new Decimal(standing).eq(theirs)) continue;
      isWhole = (await this.exposure.setPosition('spot', symbol, standing, theirs)) && isWhole;
    }
    if (isWhole) this.takenOver.set(asset, theirs);
    else this.takenOver.delete(asset);
    return isWhole;
  }

  /** What we count and what is held, by symbol, and the symbols by the asset that they trade. */
  private async sides(positions: AccountView['positions']): Promise<{
    readonly known: ReadonlyMap<string, string>;
    readonly held: ReadonlyMap<string, string>;
    readonly groups: ReadonlyMap<string, readonly string[]>;
  }> {
    const known = await this.exposure.readPositions('spot');
    const held = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
    const groups = new Map<string, string[]>();
    for (const symbol of new Set([...this.config.SYMBOLS, ...known.keys(), ...held.keys()])) {
      const baseAsset = (await this.assets.assetsOf('spot', symbol))?.baseAsset;
      // A symbol of futures need not be one of spot.
      if (baseAsset === undefined && !known.has(symbol) && !held.has(symbol)) continue;
      const asset = baseAsset ?? `of ${symbol}`;
      groups.set(asset, [...(groups.get(asset) ?? []), symbol]);
    }
    return { known, held, groups };
  }
}
