/** Who may speak to whom, by the network policies, and that every address which is configured may be reached. */
import { KubernetesObject } from '../kubernetes';
import { Selector, Workload, ofKind, selects, settingsOf, workloadsOf } from './workloads';

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly {
    readonly from?: readonly Peer[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
  readonly egress?: readonly {
    readonly to?: readonly Peer[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

const policiesOf = (objects: readonly KubernetesObject[]): Policy[] =>
  ofKind(objects, 'NetworkPolicy').map(({ spec }) => spec as Policy);

/** `risk -> nats:4222`: both ends let it, inside the namespace. */
export function arrowsOf(objects: readonly KubernetesObject[]): string[] {
  const workloads = workloadsOf(objects);
  const policies = policiesOf(objects);
  const arrows = workloads.flatMap((from) =>
    policies
      .filter(({ podSelector }) => selects(podSelector, from.labels))
      .flatMap(({ egress = [] }) => egress)
      .flatMap(({ to = [], ports = [] }) =>
        to.flatMap(({ podSelector, namespaceSelector }) =>
          podSelector === undefined || namespaceSelector
            ? []
            : workloads
                .filter(({ labels }) => selects(podSelector, labels))
                .flatMap((target) =>
                  ports
                    .filter(({ port }) => letsIn(policies, from, target, port))
                    .map(({ port }) => `${from.labels.app} -> ${target.labels.app}:${port}`),
                ),
        ),
      ),
  );
  return [...new Set(arrows)].sort();
}

const letsIn = (policies: readonly Policy[], from: Workload, target: Workload, port: number): boolean =>
  policies
    .filter(({ podSelector }) => selects(podSelector, target.labels))
    .flatMap(({ ingress = [] }) => ingress)
    .some(
      ({ from: peers = [], ports = [] }) =>
        ports.some((one) => one.port === port) &&
        peers.some(
          ({ podSelector, namespaceSelector }) =>
            !namespaceSelector && podSelector && selects(podSelector, from.labels),
        ),
    );

/** Which addresses outside of the cluster a pod may reach: the ports that a policy opens to any of them. */
function portsOutside(objects: readonly KubernetesObject[], workload: Workload): number[] {
  return policiesOf(objects)
    .filter(({ podSelector }) => selects(podSelector, workload.labels))
    .flatMap(({ egress = [] }) => egress)
    .filter(({ to = [] }) => to.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0'))
    .flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'ws:': 80,
  'https:': 443,
  'wss:': 443,
  'nats:': 4222,
  'smtp:': 587,
  'smtps:': 465,
};

interface Wanted {
  readonly variable: string;
  readonly host: string;
  readonly port: number;
}

/** The addresses that these settings name: URLs, and pairs such as REDIS_HOST with REDIS_PORT. */
function addressesIn(settings: Readonly<Record<string, string>>): Wanted[] {
  return Object.entries(settings).flatMap(([variable, value]) => {
    const pair = /^(\w+)_HOST$/.exec(variable)?.[1];
    const port = settings[`${pair}_PORT`];
    if (pair && port && value !== '0.0.0.0') return [{ variable, host: value, port: Number(port) }];
    if (!/^[a-z]+:\/\//.test(value)) return [];
    const url = new URL(value);
    return [{ variable, host: url.hostname, port: Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0) }];
  });
}

export function brokenArrows(objects: readonly KubernetesObject[], secretUrls: SecretUrls): string[] {
  const arrows = arrowsOf(objects);
  const workloads = workloadsOf(objects);
  const denies = policiesOf(objects).some(
    ({ podSelector, policyTypes, ingress, egress }) =>
      Object.keys(podSelector).length === 0 && policyTypes.length === 2 && !ingress && !egress,
  );
  return [
    ...(denies ? [] : ['arrow: nothing is denied to begin with']),
    ...workloads.flatMap((workload) =>
      workload.pod.containers.flatMap((container) => {
        const secret = (container.envFrom ?? []).flatMap(
          ({ secretRef }) => secretUrls[secretRef?.name ?? ''] ?? [],
        );
        const wanted = addressesIn({ ...settingsOf(container, objects), ...Object.fromEntries(secret) });
        return wanted
          .filter(({ host, port }) => {
            const inside = workloads.some(({ labels }) => labels.app === host);
            return inside
              ? !arrows.includes(`${workload.labels.app} -> ${host}:${port}`)
              : !portsOutside(objects, workload).includes(port);
          })
          .map(
            ({ variable, host, port }) =>
              `arrow: ${workload.title} is told ${variable} and may not reach ${host}:${port}`,
          );
      }),
    ),
    ...openMonitor(objects),
  ];
}

/** Secret -> pairs of variable and address in it. */
export type SecretUrls = Readonly<Record<string, readonly (readonly [string, string])[]>>;

const MONITOR = 8222;

/** The monitor port of the bus has no password: KEDA's namespace may reach it, and the one that watches. */
function openMonitor(objects: readonly KubernetesObject[]): string[] {
  const readers = ['kubernetes.io/metadata.name=keda', 'elvis.dev/monitoring=true'];
  return policiesOf(objects)
    .flatMap(({ ingress = [] }) => ingress)
    .filter(({ ports = [] }) => ports.length === 0 || ports.some(({ port }) => port === MONITOR))
    .flatMap(({ from = [] }) => (from.length === 0 ? [{}] : from))
    .filter(({ namespaceSelector }: Peer) => {
      const labels = Object.entries(namespaceSelector?.matchLabels ?? {}).map(
        ([name, value]) => `${name}=${value}`,
      );
      return labels.length !== 1 || !readers.includes(labels[0] ?? '');
    })
    .map(() => 'arrow: the monitor port of NATS is open to more than KEDA and the monitoring namespace');
}
