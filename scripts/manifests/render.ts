/** `npm run manifests`: writes the files of `k8s/` that are made from code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsConfig } from '../servers';

/** Path from the project's root -> what has to stand there. */
export const madeFiles = (): Readonly<Record<string, string>> => ({
  'k8s/components/servers/nats.conf': natsConfig(),
});

export function operate({ root }: { readonly root: string }): Promise<number> {
  for (const [path, text] of Object.entries(madeFiles())) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  return Promise.resolve(0);
}
