/** The manifests' part of `npm run check`: made files are fresh, Kubernetes objects and the compose file are valid. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRules } from './broken-rules';
import { immutabilityProblems } from './immutable';
import { kubectlVersion, readManifests, renderOverlays } from './kubernetes';
import { modelProblems, unknownFields } from './models';
import { madeFiles } from './render';

async function check(root: string): Promise<string[]> {
  return [...staleFiles(root), ...(await kubernetesProblems(root)), ...composeProblems(root)];
}

async function kubernetesProblems(root: string): Promise<string[]> {
  const version = kubectlVersion();
  if (!version) {
    const objects = readManifests(join(root, 'k8s'));
    console.log(
      `Kubernetes: ${objects.length} objects, each file by itself. NOT RUN, because no kubectl of 1.25 or newer is on PATH: rendering, the rules, and two releases in a row`,
    );
    return [...(await modelProblems(objects)), ...unknownFields(objects, root)];
  }
  const [first, second] = [renderOverlays(root, 'release-1'), renderOverlays(root, 'release-2')];
  const objects = first.flatMap((rendered) => rendered.objects);
  console.log(
    `Kubernetes: ${objects.length} objects of ${first.length} overlays, rendered by kubectl ${version}`,
  );
  return [
    ...(await modelProblems(objects)),
    ...unknownFields(objects, root),
    ...first.flatMap((rendered) =>
      brokenRules(rendered.objects, rendered.overlay).map((problem) => `${rendered.overlay}: ${problem}`),
    ),
    ...first.flatMap(({ overlay, objects: before }, index) =>
      immutabilityProblems(before, second[index]?.objects ?? []).map((problem) => `${overlay}: ${problem}`),
    ),
  ];
}

const staleFiles = (root: string): string[] =>
  Object.entries(madeFiles(root))
    .filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text)
    .map(([path]) => `${path} is stale: run "npm run docs:manifests"`);

function composeProblems(root: string): string[] {
  try {
    const dclint = join(root, 'node_modules', 'dclint', 'bin', 'dclint.cjs');
    execFileSync(process.execPath, [dclint, 'docker-compose.yml'], { cwd: root, stdio: 'pipe' });
    console.log('Compose: valid by its schema (dclint)');
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    return [`docker-compose.yml:\n${String(stdout ?? '')}${String(stderr ?? '')}`];
  }
}

void check(process.cwd()).then((problems) => {
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
});
