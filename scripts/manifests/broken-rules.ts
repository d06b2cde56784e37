/** Every rule that a rendered overlay breaks, each by its name first: `image: ...`. */
import { secretsFor } from '../../tools/launcher/secrets';
import { KubernetesObject } from './kubernetes';
import { Overlay } from './release';
import { SecretUrls, brokenArrows } from './rules/arrows';
import { brokenCounts } from './rules/counts';
import { unhardened } from './rules/hardening';
import { KnownSecrets, brokenReferences } from './rules/references';
import { brokenReleases } from './rules/releases';

export function brokenRules(objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  const secrets = secretsFor('k8s');
  const keys: KnownSecrets = Object.fromEntries(
    Object.entries(secrets).map(([name, values]) => [name, Object.keys(values)]),
  );
  const urls: SecretUrls = Object.fromEntries(
    Object.entries(secrets).map(([name, values]) => [
      name,
      Object.entries(values).filter(([variable]) => variable === 'NATS_URL'),
    ]),
  );
  return [
    ...brokenReferences(objects, keys),
    ...unhardened(objects),
    ...brokenCounts(objects),
    ...brokenReleases(objects, overlay),
    ...brokenArrows(objects, urls),
  ];
}
