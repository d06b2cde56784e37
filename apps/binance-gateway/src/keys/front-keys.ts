/**
 * The front's keys by what a client sends, remembered for a moment: one that is revoked opens for no longer than that.
 * A secret is opened once and kept in memory only, for as long as its key is remembered.
 */
import { FrontKey, FrontTerms, Scope, botActor, useFrontKey } from '@elvis/contracts';
import { Bus, Seal } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { Verifier, ed25519Verifier, hmacVerifier } from '../signed/signature';
import { Words, exactly } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { addressRule } from './address-rule';

const REMEMBERED_MS = 900;
const REMEMBERED_AT_MOST = 10_000;
/** Ids of Binance have 64 characters; some clients check. */
const KEY_FORM = /^[A-Za-z0-9]{64}$/;

const unauthorized = (code: number, text: string): Words => ({ ...exactly(code, text), status: 401 });
const BAD_FORM = unauthorized(-2014, 'API-key format invalid.');
/** One answer for a key that is unknown, revoked, expired, or may not do this: as Binance. */
export const NOT_ALLOWED = unauthorized(-2015, 'Invalid API-key, IP, or permissions for action.');

/** Who calls, and by what their signature is verified. */
export interface KeyHolder {
  readonly keyId: string;
  /** The key's bot: by it risk gives symbols to one holder each. */
  readonly actor: string;
  readonly botConfigId: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly verifier: Verifier;
  readonly terms: FrontTerms;
  /** Whether it may be used from there. */
  readonly isUsedFrom: (address: string) => boolean;
}

interface Remembered {
  readonly untilMs: number;
  readonly holder: Promise<KeyHolder>;
}

export class FrontKeys {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly bus: Bus,
    private readonly seal: Seal,
  ) {}

  /** @throws FrontRefusal -2014, -2015 @throws TradingFailure whether there is such a key could not be asked */
  find(apiKey: string | undefined): Promise<KeyHolder> {
    if (apiKey === undefined || !KEY_FORM.test(apiKey)) throw FrontRefusal.of(BAD_FORM);
    const now = performance.now();
    for (const [key, { untilMs }] of this.remembered) {
      if (untilMs > now && this.remembered.size <= REMEMBERED_AT_MOST) break;
      this.remembered.delete(key);
    }
    const known = this.remembered.get(apiKey);
    if (known && known.untilMs > now) return known.holder;
    const holder = this.fetch(apiKey);
    this.remembered.delete(apiKey);
    this.remembered.set(apiKey, { untilMs: now + REMEMBERED_MS, holder });
    holder.catch((error: unknown) => {
      // What could not be asked is asked again; a key that there is not stays remembered, for guessers.
      if (!(error instanceof FrontRefusal)) this.remembered.delete(apiKey);
    });
    return holder;
  }

  private async fetch(apiKey: string): Promise<KeyHolder> {
    const keyHash = createHash('sha256').update(apiKey).digest('hex');
    let key: FrontKey;
    try {
      key = await this.bus.request(useFrontKey, { keyHash }, { timeoutMs: 2_000 });
    } catch (error) {
      if (error instanceof TradingFailure && error.kind === 'UNAUTHORIZED')
        throw FrontRefusal.of(NOT_ALLOWED, error.code);
      throw error;
    }
    const { id, botConfigId, scopes, terms } = key;
    if (botConfigId === null) throw FrontRefusal.of(NOT_ALLOWED, 'API_KEY_WRONG');
    return {
      keyId: id,
      actor: botActor(botConfigId),
      botConfigId,
      scopes: new Set(scopes),
      verifier: this.verifierOf(key),
      terms,
      isUsedFrom: addressRule(terms.addresses ?? []),
    };
  }

  private verifierOf({ id, publicKey, secretSealed }: FrontKey): Verifier {
    if (publicKey !== null) return ed25519Verifier(publicKey);
    return hmacVerifier(this.seal.open(secretSealed ?? '', `${id}:front-secret`));
  }
}
