/**
 * What an API server refuses when a release is applied over the one before: fields that cannot be changed once an object
 * is there, by Kubernetes' own validation. An object that only one of the two has is made or stays.
 */
import { KubernetesObject, nameOf } from './kubernetes';

/** Of a StatefulSet's spec these may change; the rest may not. */
const MUTABLE_OF_SET = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const IMMUTABLE: Readonly<Record<string, (spec: Readonly<Record<string, unknown>>) => unknown>> = {
  Job: ({ selector, template, completions, completionMode }) => ({
    selector,
    template,
    completions,
    completionMode,
  }),
  Deployment: ({ selector }) => ({ selector }),
  StatefulSet: (spec) =>
    Object.fromEntries(Object.entries(spec).filter(([field]) => !MUTABLE_OF_SET.includes(field))),
  Service: ({ clusterIP }) => ({ clusterIP }),
  PersistentVolumeClaim: ({ accessModes, storageClassName, volumeName, selector }) => ({
    accessModes,
    storageClassName,
    volumeName,
    selector,
  }),
};

/** In the API server's manner: `Job "provision": field is immutable`. */
export function immutabilityProblems(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): string[] {
  const there = new Map(before.map((object) => [nameOf(object), object]));
  return after.flatMap((object) => {
    const old = there.get(nameOf(object));
    const fixed = IMMUTABLE[object.kind];
    if (!old || !fixed) return [];
    const [was, is] = [old, object].map(({ spec }) => fixed(spec as Record<string, unknown>) as object);
    return Object.keys({ ...was, ...is })
      .filter((field) => JSON.stringify(valueOf(was, field)) !== JSON.stringify(valueOf(is, field)))
      .map((field) => `${object.kind} "${object.metadata.name}": spec.${field}: field is immutable`);
  });
}

const valueOf = (object: object | undefined, field: string): unknown =>
  (object as Record<string, unknown> | undefined)?.[field];
