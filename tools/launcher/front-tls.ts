/** The certificate that `npm run front:certificate` has made in a state folder. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the state folder. */
export const FRONT_TLS_FOLDER = 'front-tls';

export interface FrontTls {
  readonly certificate: string;
  readonly key: string;
}

export function madeFrontTls(home: string): FrontTls | undefined {
  const at = (name: string): string => join(home, FRONT_TLS_FOLDER, name);
  const made = { certificate: at('certificate.pem'), key: at('key.pem') };
  return existsSync(made.certificate) && existsSync(made.key) ? made : undefined;
}

/** `binance.elvis.internal` of a certificate for `*.binance.elvis.internal`; undefined where it has no such name. */
export function frontHostOf(certificate: string): string | undefined {
  const { subjectAltName = '' } = new X509Certificate(readFileSync(certificate));
  return /DNS:\*\.([^,\s]+)/.exec(subjectAltName)?.[1];
}
