/** The manifests' part of `npm run check`: made files are fresh, Kubernetes objects and the compose file are valid. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allManifests, modelProblems, unknownFields } from './kubernetes';
import { madeFiles } from './render';

async function check(root: string): Promise<string[]> {
  const { objects, how } = allManifests(root);
  console.log(`Kubernetes: ${objects.length} objects; ${how}`);
  return [
    ...staleFiles(root),
    ...(await modelProblems(objects)),
    ...unknownFields(objects, root),
    ...composeProblems(root),
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
