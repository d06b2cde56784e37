/**
 * Kubernetes manifests judged without a cluster: rendered where a kubectl of 1.25 or newer is on PATH, else file by
 * file.
 *
 * Each object is validated by `kubernetes-models`, and type-checked against its interfaces as an object literal: only
 * that notices a misspelt optional field, which an API server would drop silently.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** `1.32.4`, or undefined where there is no kubectl that can be used. */
function kubectlVersion(): string | undefined {
  try {
    const text = execFileSync('kubectl', ['version', '--client', '--output=json'], {
      stdio: 'pipe',
    }).toString();
    const { major, minor, gitVersion } = (
      JSON.parse(text) as { clientVersion: { major: string; minor: string; gitVersion: string } }
    ).clientVersion;
    const isNewEnough = Number(major) > 1 || (major === '1' && parseInt(minor, 10) >= 25);
    return isNewEnough ? gitVersion.replace(/^v/, '') : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error in kubectl's words if the overlay cannot be rendered */
const renderOverlay = (folder: string): KubernetesObject[] =>
  parseObjects(
    execFileSync('kubectl', ['kustomize', folder], { stdio: 'pipe', maxBuffer: 16 << 20 }).toString(),
  );

/** Every object of every file under the folder, kustomizations left out. */
const readManifests = (folder: string): KubernetesObject[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .flatMap((name) => parseObjects(readFileSync(join(folder, name), 'utf8')));

const overlays = (root: string): string[] =>
  readdirSync(join(root, 'k8s', 'overlays')).map((name) => join(root, 'k8s', 'overlays', name));

const parseObjects = (text: string): KubernetesObject[] =>
  parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors[0]?.message);
    return document.toJS() as KubernetesObject;
  });

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

/** What `kubernetes-models` finds wrong: missing required fields and wrong types. */
export async function modelProblems(objects: readonly KubernetesObject[]): Promise<string[]> {
  const problems: string[] = [];
  for (const object of objects) {
    try {
      type Model = new (data: KubernetesObject) => { validate(): void };
      const models = (await import(`kubernetes-models/${object.apiVersion}/${object.kind}`)) as Record<
        string,
        Model
      >;
      const Kind = models[object.kind];
      if (!Kind)
        throw new Error(
          `Kubernetes has no kind ${object.kind} in ${object.apiVersion}; correct the manifest`,
        );
      new Kind(object).validate();
    } catch (error) {
      problems.push(`${nameOf(object)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** What the compiler finds wrong with the objects as literals: above all, fields that do not exist. */
export function unknownFields(objects: readonly KubernetesObject[], root: string): string[] {
  const folder = mkdtempSync(join(root, 'dist', 'manifest-types-'));
  try {
    const files = objects.map((object, index) => {
      const file = join(folder, `${index}.ts`);
      const from = `kubernetes-models/${object.apiVersion}/${object.kind}`;
      writeFileSync(
        file,
        `import { I${object.kind} } from '${from}';\nexport const object: I${object.kind} = ${JSON.stringify(object)};\n`,
      );
      return file;
    });
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: [],
    });
    return files.flatMap((file, index) => {
      const source = program.getSourceFile(file);
      const found = source ? program.getSemanticDiagnostics(source) : [];
      const object = objects[index];
      return found.map(
        ({ messageText }) =>
          `${object ? nameOf(object) : file}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 300)}`,
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The manifests as they would be applied, or, without kubectl, as they stand in the files. */
export function allManifests(root: string): { readonly objects: KubernetesObject[]; readonly how: string } {
  const version = kubectlVersion();
  if (!version) {
    return {
      objects: readManifests(join(root, 'k8s')),
      how: 'no kubectl of 1.25 or newer on PATH: each file was validated, rendering was NOT run',
    };
  }
  const folders = overlays(root).filter((folder) => existsSync(join(folder, 'kustomization.yaml')));
  return {
    objects: folders.flatMap((folder) => renderOverlay(folder)),
    how: `${folders.length} overlay(s) rendered by kubectl ${version}`,
  };
}
