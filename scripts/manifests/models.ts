/**
 * Each object validated by `kubernetes-models` (and its packages for what operators add), and type-checked against its
 * interfaces as an object literal: only that notices a misspelt optional field, which an API server would drop silently.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { KubernetesObject, nameOf } from './kubernetes';

/** Groups that are not Kubernetes' own, by the package that knows them. */
const OPERATORS: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const modelOf = ({ apiVersion, kind }: KubernetesObject): string =>
  `${OPERATORS[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;

/** What `kubernetes-models` finds wrong: missing required fields and wrong types. */
export async function modelProblems(objects: readonly KubernetesObject[]): Promise<string[]> {
  const problems: string[] = [];
  for (const object of objects) {
    try {
      type Model = new (data: KubernetesObject) => { validate(): void };
      const models = (await import(modelOf(object))) as Record<string, Model>;
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
      const from = modelOf(object);
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
