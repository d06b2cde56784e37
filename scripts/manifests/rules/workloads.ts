/** Rendered objects as the rules look at them: who runs, under which labels, with which containers. */
import { KubernetesObject } from '../kubernetes';

interface Probe {
  readonly httpGet?: { readonly port: string | number };
  readonly tcpSocket?: { readonly port: string | number };
}

interface KeyReference {
  readonly name: string;
  readonly key: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: KeyReference; readonly configMapKeyRef?: KeyReference };
  }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: Readonly<Record<'limits' | 'requests', Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

interface Pod {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly {
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
  }[];
}

interface Template {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: Pod;
  };
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** Undefined where a scaler owns the number, or where there is none. */
  readonly replicas: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Pod;
  /** `Deployment risk`: for messages. */
  readonly title: string;
  /** The labels of the object itself. */
  readonly own: Readonly<Record<string, string>>;
}

const LASTING = ['Deployment', 'StatefulSet'];

export function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects.flatMap((object) => {
    const template = templateOf(object);
    if (!template) return [];
    const { metadata, spec } = template.template;
    const replicas = (object.spec as { replicas?: number }).replicas;
    const { name, labels: own = {} } = object.metadata;
    const title = `${object.kind} ${name}`;
    return [{ kind: object.kind, name, replicas, labels: metadata.labels, pod: spec, title, own }];
  });
}

function templateOf({ kind, spec }: KubernetesObject): Template | undefined {
  if (LASTING.includes(kind) || kind === 'Job') return spec as Template;
  if (kind === 'CronJob') return (spec as { jobTemplate: { spec: Template } }).jobTemplate.spec;
  return undefined;
}

/** Those that are meant to run for ever. */
export const lastingOf = (objects: readonly KubernetesObject[]): Workload[] =>
  workloadsOf(objects).filter(({ kind }) => LASTING.includes(kind));

export const containersOf = ({ pod }: Workload): Container[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];

export const ofKind = (objects: readonly KubernetesObject[], kind: string): KubernetesObject[] =>
  objects.filter((object) => object.kind === kind);

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether a selector takes these labels; of the operators `In` is known, which is all that is used here. */
export const selects = (
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
  matchExpressions.every(
    ({ key, operator, values = [] }) => operator === 'In' && values.includes(labels[key] ?? ''),
  );

/** The settings of a container: what its ConfigMaps and its own `env` say. */
export function settingsOf(
  container: Container,
  objects: readonly KubernetesObject[],
): Readonly<Record<string, string>> {
  const maps = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
    objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name),
  );
  return Object.assign(
    {},
    ...maps.map(({ data }) => data as Record<string, string>),
    Object.fromEntries(
      (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
  ) as Record<string, string>;
}
