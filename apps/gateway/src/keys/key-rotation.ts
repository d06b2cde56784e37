/**
 * Seals every exchange key again with the present encryption key. Each is replaced as a whole, so that it can be broken
 * off and run again at any time; what neither of the two keys opens is named and left as it is.
 */
import { SealedKey, listSealedKeys, resealExchangeKey } from '@elvis/contracts';
import { Bus, Seal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

const PAGE = 100;

export interface Rotation {
  readonly resealed: number;
  /** They had the present key already. */
  readonly current: number;
  /** Ids of those that were sealed by a key that is not at hand, or were changed. */
  readonly unreadable: readonly string[];
}

@Injectable()
export class KeyRotation {
  constructor(
    private readonly bus: Bus,
    private readonly seal: Seal,
  ) {}

  /** @throws TradingFailure ENCRYPTION_NOT_CONFIGURED */
  async run(): Promise<Rotation> {
    this.seal.close('', 'is there a key at all?');
    let [resealed, current] = [0, 0];
    const unreadable: string[] = [];
    let afterId: string | undefined;
    do {
      const { items } = await this.bus.request(listSealedKeys, {
        limit: PAGE,
        ...(afterId !== undefined && { afterId }),
      });
      for (const key of items) {
        if (this.seal.isCurrent(key.keySealed) && this.seal.isCurrent(key.secretSealed)) current += 1;
        else if (!(await this.reseal(key))) unreadable.push(key.id);
        else resealed += 1;
      }
      afterId = items.length === PAGE ? items.at(-1)?.id : undefined;
    } while (afterId !== undefined);
    return { resealed, current, unreadable };
  }

  private async reseal({ id, keySealed, secretSealed }: SealedKey): Promise<boolean> {
    let opened: readonly [key: string, secret: string];
    try {
      opened = [this.seal.open(keySealed, `${id}:key`), this.seal.open(secretSealed, `${id}:secret`)];
    } catch {
      return false;
    }
    const [key, secret] = opened;
    try {
      await this.bus.request(resealExchangeKey, {
        id,
        keySealed: this.seal.close(key, `${id}:key`),
        secretSealed: this.seal.close(secret, `${id}:secret`),
      });
    } catch (error) {
      // Its user has removed it meanwhile: nothing is left to seal.
      if (!(error instanceof TradingFailure) || error.code !== 'KEY_NOT_FOUND') throw error;
    }
    return true;
  }
}
