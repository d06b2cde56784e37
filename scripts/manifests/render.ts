/** `npm run docs:manifests`: writes the files that are made from code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { natsConfig } from '../../tools/launcher/servers';
import { envExample } from './env-example';
import { prometheusRule, ruleFile } from './monitoring/alert-rules';
import { DASHBOARDS, grafanaJson } from './monitoring/dashboards';

const MADE_RULES =
  '# Made from scripts/manifests/monitoring/alert-rules.ts by `npm run docs:manifests`; do not edit.\n';
const asYaml = (value: object): string => MADE_RULES + stringify(value, { lineWidth: 0 });

/** Path from the project's root -> what has to stand there. */
export const madeFiles = (root: string): Readonly<Record<string, string>> => ({
  '.env.example': envExample(root),
  'k8s/components/servers/nats.conf': natsConfig('deployed'),
  'k8s/components/nats-cluster/nats.conf': natsConfig('cluster'),
  'k8s/components/monitoring/rules.yaml': asYaml(prometheusRule()),
  'monitoring/rules.yml': asYaml(ruleFile()),
  ...Object.fromEntries(
    DASHBOARDS.map((dashboard) => [
      `k8s/components/monitoring/dashboards/${dashboard.name}.json`,
      grafanaJson(dashboard),
    ]),
  ),
});

export function operate({ root }: { readonly root: string }): Promise<number> {
  for (const [path, text] of Object.entries(madeFiles(root))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  return Promise.resolve(0);
}
