/** `npm run docs:manifests`: writes the files that are made from code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsConfig } from '../../tools/launcher/servers';
import { envExample } from './env-example';

/** Path from the project's root -> what has to stand there. */
export const madeFiles = (root: string): Readonly<Record<string, string>> => ({
  '.env.example': envExample(root),
  'k8s/components/servers/nats.conf': natsConfig('deployed'),
  'k8s/components/nats-cluster/nats.conf': natsConfig('cluster'),
});

export function operate({ root }: { readonly root: string }): Promise<number> {
  for (const [path, text] of Object.entries(madeFiles(root))) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  return Promise.resolve(0);
}
