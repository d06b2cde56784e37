/** The certificate that the front shows, read and judged before anything listens. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FrontConfig } from '../front.config';

export interface ServedCertificate {
  readonly cert: string;
  readonly key: string;
  /** Host names that it is good for. */
  readonly names: readonly string[];
}

/** @throws Error one of the two files is missing, cannot be read, or is not the other's */
export function certificateOf({
  FRONT_TLS_CERTIFICATE,
  FRONT_TLS_KEY,
}: Pick<FrontConfig, 'FRONT_TLS_CERTIFICATE' | 'FRONT_TLS_KEY'>): ServedCertificate | undefined {
  if (FRONT_TLS_CERTIFICATE === undefined && FRONT_TLS_KEY === undefined) return undefined;
  if (FRONT_TLS_CERTIFICATE === undefined || FRONT_TLS_KEY === undefined)
    throw new Error('TLS needs both FRONT_TLS_CERTIFICATE and FRONT_TLS_KEY, or neither of them');
  const cert = readFileSync(FRONT_TLS_CERTIFICATE, 'utf8');
  const key = readFileSync(FRONT_TLS_KEY, 'utf8');
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw new Error(
      'FRONT_TLS_KEY is not the key of the certificate in FRONT_TLS_CERTIFICATE; run "npm run front:certificate", which makes both',
    );
  if (new Date(certificate.validTo) < new Date())
    throw new Error(
      `The certificate in FRONT_TLS_CERTIFICATE ended on ${certificate.validTo}, and no client would accept it; make another with "npm run front:certificate"`,
    );
  return { cert, key, names: namesOf(certificate) };
}

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []));
