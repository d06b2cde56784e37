/**
 * What this gateway keeps in Redis about who may enter, signed with a key that Redis does not have: anyone who can
 * write there can take a session away, and can make none. A value is bound to its key, so it means nothing under
 * another.
 */
import { Injectable } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';

@Injectable()
export class SignedValues {
  private readonly secret: Buffer;

  /** Without JWT_SECRET nobody signs in; tickets of keys are then signed with what all gateways still share. */
  constructor({ JWT_SECRET, API_KEY }: GatewayConfig) {
    this.secret = createHmac('sha256', JWT_SECRET ?? API_KEY ?? 'nobody can enter here')
      .update('elvis: what the gateways keep in Redis')
      .digest();
  }

  write(key: string, value: object): string {
    const text = JSON.stringify(value);
    return `${this.signatureOf(key, text)}.${text}`;
  }

  /** Undefined for nothing, and for anything that no gateway has written under this key. */
  read<Value extends object>(key: string, stored: string | null): Value | undefined {
    const [, signature, text] = /^([A-Za-z0-9_-]{43})\.(.*)$/s.exec(stored ?? '') ?? [];
    if (signature === undefined || text === undefined) return undefined;
    const isOurs = timingSafeEqual(Buffer.from(signature), Buffer.from(this.signatureOf(key, text)));
    return isOurs ? (JSON.parse(text) as Value) : undefined;
  }

  /** A secret that only the gateways can make, always the same for one name. */
  secretOf(name: string): string {
    return this.signatureOf('a secret of a session', name);
  }

  private signatureOf(key: string, text: string): string {
    return createHmac('sha256', this.secret).update(`${key}\n${text}`).digest('base64url');
  }
}
