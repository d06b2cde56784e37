/** What every Kubernetes object has to be, besides valid: hardened, bounded, scalable, and closed to all but the corridor. */
import { loadConfig } from '@elvis/platform';
import { PurgeConfig } from '../apps/execution/src/programs/purge.config';
import { KubernetesObject, allManifests } from '../scripts/manifests/kubernetes';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>>; readonly requests?: object };
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly automountServiceAccountToken?: boolean;
        readonly serviceAccountName?: string;
        readonly securityContext?: {
          readonly runAsNonRoot?: boolean;
          readonly seccompProfile?: { readonly type: string };
        };
        readonly containers: readonly Container[];
      };
    };
  };
}

const { objects } = allManifests('.');
const ofKind = (...kinds: readonly string[]): KubernetesObject[] =>
  objects.filter(({ kind }) => kinds.includes(kind));
/** A CronJob is judged by the Job that it makes. */
const cronJobs = (ofKind('CronJob') as (KubernetesObject & { spec: { jobTemplate: Workload } })[]).map(
  (object): Workload => ({ ...object, spec: object.spec.jobTemplate.spec }),
);
const workloads = [...(ofKind('Deployment', 'StatefulSet', 'Job') as Workload[]), ...cronJobs];
const deployments = ofKind('Deployment') as Workload[];
const titled = <Kind extends KubernetesObject>(some: readonly Kind[]): [string, Kind][] =>
  some.map((object) => [`${object.kind} ${object.metadata.name}`, object]);
const exists = (kind: string, name: string): boolean =>
  objects.some((object) => object.kind === kind && object.metadata.name === name);

describe('the Kubernetes manifests', () => {
  it.each(titled(workloads))(
    'run %s without rights: no root, no capabilities, no writable image, no token',
    (_, workload) => {
      const pod = workload.spec.template.spec;
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext } of pod.containers) {
        expect(securityContext).toMatchObject({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
      }
    },
  );

  it.each(titled(workloads))('bound what %s may take', (_, { spec }) => {
    for (const { resources } of spec.template.spec.containers) {
      expect(resources?.limits).toEqual({ cpu: expect.anything(), memory: expect.any(String) });
      expect(resources?.requests).toEqual({ cpu: expect.anything(), memory: expect.any(String) });
    }
  });

  it.each(titled(deployments))(
    'give %s its own account, address, autoscaler and disruption budget',
    (_, deployment) => {
      const { name } = deployment.metadata;
      expect(deployment.spec.template.spec.serviceAccountName).toBe(name);
      for (const kind of ['ServiceAccount', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget']) {
        expect([kind, exists(kind, name)]).toEqual([kind, true]);
      }
      // The autoscaler owns the count; a number here would undo its work at every apply.
      expect(deployment.spec.replicas).toBeUndefined();
      for (const container of deployment.spec.template.spec.containers) {
        expect(container).toMatchObject({
          readinessProbe: expect.anything(),
          livenessProbe: expect.anything(),
        });
      }
    },
  );

  it('run one image for all services', () => {
    const images = deployments.flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image));
    expect(new Set(images).size).toBe(1);
  });

  it('have the journal purged every day, by nobody but the user that makes the streams', () => {
    interface Settings extends KubernetesObject {
      readonly data: Readonly<Record<string, string>>;
    }
    expect(cronJobs.map(({ metadata }) => metadata.name)).toEqual(['purge-journal']);
    const pod = cronJobs[0]?.spec.template;
    expect(pod?.metadata.labels).toMatchObject({ app: 'provision' });
    expect(pod?.spec.containers).toMatchObject([
      {
        args: ['dist/apps/execution/src/programs/purge-journal.js'],
        envFrom: [{ configMapRef: expect.anything() }, { secretRef: { name: 'elvis-provision' } }],
      },
    ]);
    const settings = (ofKind('ConfigMap') as Settings[]).find(({ metadata }) =>
      /^provision(-|$)/.test(metadata.name),
    );
    if (settings) expect(() => loadConfig(PurgeConfig, settings.data)).not.toThrow();
  });

  it('publish nothing: no load balancer, no node port, no host port', () => {
    const text = JSON.stringify(objects);
    expect(text).not.toMatch(/"(NodePort|LoadBalancer|hostPort|hostNetwork|hostPath|privileged)"/);
  });

  it("leave enough room for the fleet: EXECUTION_MAX_REPLICAS is the autoscaler's maximum and one for the surge", () => {
    interface Autoscaler extends KubernetesObject {
      readonly spec: { readonly maxReplicas: number };
    }
    interface Settings extends KubernetesObject {
      readonly data: Readonly<Record<string, string>>;
    }
    const autoscaler = ofKind('HorizontalPodAutoscaler').find(
      ({ metadata }) => metadata.name === 'execution',
    );
    const settings = (ofKind('ConfigMap') as Settings[]).find(({ metadata }) =>
      /^execution(-|$)/.test(metadata.name),
    );
    const wanted = (autoscaler as Autoscaler).spec.maxReplicas + 1;
    // Without kubectl the overlay's settings are not rendered into an object; then there is nothing to compare.
    if (settings) expect(Number(settings.data.EXECUTION_MAX_REPLICAS)).toBe(wanted);
  });

  it('let nothing talk to anything but along the corridor', () => {
    interface Policy extends KubernetesObject {
      readonly spec: {
        readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
        readonly ingress?: readonly { readonly from?: readonly { readonly podSelector?: Selector }[] }[];
      };
    }
    interface Selector {
      readonly matchExpressions?: readonly { readonly values: readonly string[] }[];
    }
    const policies = ofKind('NetworkPolicy') as Policy[];
    expect(policies.find(({ metadata }) => metadata.name === 'deny-all')?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    const arrows = policies.flatMap(({ spec }) =>
      (spec.ingress ?? []).flatMap(({ from }) =>
        (from ?? []).flatMap(({ podSelector }) => {
          const callers = podSelector?.matchExpressions?.flatMap(({ values }) => values) ?? [];
          return callers.map((caller) => `${caller} -> ${spec.podSelector.matchLabels?.app}`);
        }),
      ),
    );
    expect(arrows.sort()).toEqual(
      [
        ...[
          'gateway',
          'risk',
          'execution',
          'trade-history',
          'market-data',
          'bots',
          'binance-gateway',
          'provision',
        ].map((name) => `${name} -> nats`),
        ...['gateway', 'risk', 'execution', 'bots', 'binance-gateway'].map((name) => `${name} -> redis`),
        'trade-history -> postgres',
        'execution -> paper-exchange',
        'market-data -> paper-exchange',
      ].sort(),
    );
  });
});
