/**
 * The types of the page's calls: of the OpenAPI document, what is under `/api/v1` and answers well. A refusal has one
 * form at every address, which the page knows once.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PAGE_TYPES = 'apps/dashboard/page/src/api/api-types.ts';

type Json = Readonly<Record<string, unknown>>;

/** @param root the project's folder, in which the generator is installed */
export function pageTypes(document: object, root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-page-types-'));
  try {
    const path = join(folder, 'document.json');
    writeFileSync(path, JSON.stringify(goodAnswers(document as Json)));
    const generator = join(root, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
    const types = join(folder, 'types.ts');
    execFileSync(process.execPath, [generator, path, '-o', types], { cwd: folder, stdio: 'pipe' });
    return readFileSync(types, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function goodAnswers(document: Json): Json {
  const paths = Object.entries(document.paths as Readonly<Record<string, Json>>)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .map(([path, verbs]) => [path, mapped(verbs, (operation) => goodOperation(operation as Json))]);
  return { ...document, paths: Object.fromEntries(paths) as Json };
}

function goodOperation({ responses, ...operation }: Json): Json {
  const good = Object.entries(responses as Readonly<Record<string, Json>>)
    .filter(([status]) => status.startsWith('2'))
    .map(([status, { headers: _, ...answer }]) => [status, answer]);
  return { ...operation, responses: Object.fromEntries(good) as Json };
}

const mapped = (record: Json, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
