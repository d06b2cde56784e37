/** Asks a registry for the digest behind a tag, by the OCI distribution interface: HEAD of the manifest, with a token if it wants one. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const TIMEOUT_MS = 20_000;

export interface ImageReference {
  /** `https://registry-1.docker.io`, say. */
  readonly origin: string;
  /** Without the host: `library/nats`. */
  readonly repository: string;
  readonly tag: string;
  /** Host, repository: what a manifest names. */
  readonly name: string;
}

/** Reads `nats:2.15.1-alpine`, `registry.example:5000/elvis:abc`; what names no registry is Docker Hub's. */
export function parseImage(text: string): ImageReference {
  const colon = text.lastIndexOf(':');
  const isTagged = colon > text.lastIndexOf('/');
  const path = isTagged ? text.slice(0, colon) : text;
  const tag = isTagged ? text.slice(colon + 1) : '';
  if (path === '' || tag === '')
    throw new Error(`"${text}" is no image with a tag; write it as registry/name:tag`);
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  if (!hasHost) {
    const repository = rest.length === 0 ? `library/${path}` : path;
    return { origin: 'https://registry-1.docker.io', repository, tag, name: `docker.io/${repository}` };
  }
  const isHere = /^(localhost|127\.0\.0\.1)(:|$)/.test(first);
  return {
    origin: `${isHere ? 'http' : 'https'}://${first}`,
    repository: rest.join('/'),
    tag,
    name: path,
  };
}

/**
 * The digest of the image, of all its platforms where it has several.
 *
 * @throws Error the registry cannot be reached, does not know the image, or wants credentials
 */
export async function digestOf(image: ImageReference): Promise<string> {
  const url = `${image.origin}/v2/${image.repository}/manifests/${image.tag}`;
  let answer = await head(url);
  if (answer.status === 401) {
    const token = await tokenFor(answer.headers.get('www-authenticate') ?? '');
    if (token !== undefined) answer = await head(url, `Bearer ${token}`);
  }
  const digest = answer.headers.get('docker-content-digest');
  if (!answer.ok || digest === null)
    throw new Error(
      `${image.name}:${image.tag} has no digest to be read: the registry answered ${answer.status}. Check the name, and that it may be read without signing in (or set REGISTRY_USER and REGISTRY_PASSWORD)`,
    );
  return digest;
}

async function head(url: string, authorization?: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'HEAD',
      headers: { accept: MANIFESTS, ...(authorization && { authorization }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new Error(`The registry ${new URL(url).host} cannot be reached, so no digest is known`, { cause });
  }
}

/** As the challenge says: `Bearer realm="...",service="...",scope="..."`. */
async function tokenFor(challenge: string): Promise<string | undefined> {
  const wanted = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  if (!challenge.startsWith('Bearer') || !wanted.realm) return undefined;
  const url = new URL(wanted.realm);
  for (const name of ['service', 'scope']) if (wanted[name]) url.searchParams.set(name, wanted[name]);
  const { REGISTRY_USER: user, REGISTRY_PASSWORD: password } = process.env;
  const authorization = user
    ? `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`
    : undefined;
  const answer = await fetch(url, {
    headers: { ...(authorization && { authorization }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) return undefined;
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return token ?? access_token;
}
