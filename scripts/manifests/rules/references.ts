/** What one object says of another is there: settings, secrets and their keys, ports, accounts, selectors, targets. */
import { KubernetesObject } from '../kubernetes';
import {
  Container,
  Selector,
  Workload,
  containersOf,
  lastingOf,
  ofKind,
  selects,
  workloadsOf,
} from './workloads';

/** Secret -> its keys, as `npm run secrets -- k8s` makes them, or as somebody else has to. */
export type KnownSecrets = Readonly<Record<string, readonly string[]>>;

export function brokenReferences(objects: readonly KubernetesObject[], secrets: KnownSecrets): string[] {
  const has = (kind: string, name: string): boolean =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  const workloads = workloadsOf(objects);
  return [
    ...workloads.flatMap((workload) => brokenSettings(workload, objects, secrets)),
    ...workloads
      .filter(({ pod }) => !has('ServiceAccount', pod.serviceAccountName ?? ''))
      .map(({ title }) => `account: ${title} names no ServiceAccount that is there`),
    ...lastingOf(objects).flatMap(brokenProbes),
    ...ofKind(objects, 'Service').flatMap((service) => brokenService(service, workloads)),
    ...['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) =>
      ofKind(objects, kind).flatMap((scaler) => {
        const { kind: target = 'Deployment', name } = (
          scaler.spec as { scaleTargetRef: { kind?: string; name: string } }
        ).scaleTargetRef;
        return has(target, name)
          ? []
          : [`target: ${kind} ${scaler.metadata.name} scales ${target} ${name}, which is not there`];
      }),
    ),
    ...['PodDisruptionBudget', 'PodMonitor'].flatMap((kind) =>
      ofKind(objects, kind).flatMap((object) => {
        const { selector } = object.spec as { selector: Selector };
        return workloads.some(({ labels }) => selects(selector, labels))
          ? []
          : [`target: ${kind} ${object.metadata.name} selects no pod`];
      }),
    ),
    ...ofKind(objects, 'Ingress').flatMap((ingress) => brokenIngress(ingress, objects)),
  ];
}

function brokenSettings(
  workload: Workload,
  objects: readonly KubernetesObject[],
  secrets: KnownSecrets,
): string[] {
  const { title, pod } = workload;
  const map = (name: string) => ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  const noMap = (name: string | undefined): string[] =>
    name === undefined || map(name) ? [] : [`settings: ${title} reads ConfigMap ${name}, which is not there`];
  const noSecret = (name: string | undefined): string[] =>
    name === undefined || secrets[name]
      ? []
      : [`settings: ${title} reads Secret ${name}, which "npm run secrets" does not make`];
  return [
    ...containersOf(workload).flatMap((container) => [
      ...(container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
        ...noMap(configMapRef?.name),
        ...noSecret(secretRef?.name),
      ]),
      ...(container.env ?? []).flatMap(({ valueFrom }) => [
        ...keyMissing(title, 'Secret', valueFrom?.secretKeyRef, (name) => secrets[name]),
        ...keyMissing(title, 'ConfigMap', valueFrom?.configMapKeyRef, (name) =>
          Object.keys((map(name)?.data as object | undefined) ?? {}),
        ),
      ]),
    ]),
    ...(pod.volumes ?? []).flatMap(({ configMap, secret }) => [
      ...noMap(configMap?.name),
      ...noSecret(secret?.secretName),
    ]),
  ];
}

function keyMissing(
  title: string,
  kind: string,
  wanted: { readonly name: string; readonly key: string } | undefined,
  keysOf: (name: string) => readonly string[] | undefined,
): string[] {
  if (!wanted || keysOf(wanted.name)?.includes(wanted.key)) return [];
  return [`settings: ${title} reads ${wanted.key} of ${kind} ${wanted.name}, which has no such key`];
}

function brokenProbes({ title, pod }: Workload): string[] {
  return pod.containers.flatMap((container) => {
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    const missing = probes
      .flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? [])
      .filter((port) => !hasPort(container, port))
      .map((port) => `port: a probe of ${title} asks port ${port}, which its container does not name`);
    const unasked =
      container.readinessProbe && container.livenessProbe
        ? []
        : [`port: ${title} has a container without both probes`];
    return [...missing, ...unasked];
  });
}

const hasPort = ({ ports = [] }: Container, port: string | number): boolean =>
  ports.some(({ name, containerPort }) => name === port || containerPort === port);

function brokenService(service: KubernetesObject, workloads: readonly Workload[]): string[] {
  const { selector = {}, ports = [] } = service.spec as {
    selector?: Record<string, string>;
    ports?: readonly { readonly name: string; readonly targetPort: string | number }[];
  };
  const { name } = service.metadata;
  const behind = workloads.filter(({ labels }) => selects({ matchLabels: selector }, labels));
  if (behind.length === 0) return [`selector: Service ${name} selects no pod`];
  return ports
    .filter(
      ({ targetPort }) => !behind.every(({ pod }) => pod.containers.some((one) => hasPort(one, targetPort))),
    )
    .map(({ targetPort }) => `port: Service ${name} leads to port ${targetPort}, which its pods do not name`);
}

function brokenIngress(ingress: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  interface Backend {
    readonly service: { readonly name: string; readonly port: { readonly name?: string } };
  }
  const { rules = [] } = ingress.spec as {
    rules?: readonly { readonly http: { readonly paths: readonly { readonly backend: Backend }[] } }[];
  };
  return rules
    .flatMap(({ http }) => http.paths.map(({ backend }) => backend.service))
    .filter(
      ({ name, port }) =>
        !ofKind(objects, 'Service').some(
          ({ metadata, spec }) =>
            metadata.name === name &&
            (spec as { ports: { name: string }[] }).ports.some((one) => one.name === port.name),
        ),
    )
    .map(
      ({ name, port }) =>
        `port: Ingress ${ingress.metadata.name} leads to ${name}:${port.name ?? ''}, which is not there`,
    );
}
