/**
 * The overlays as they would be applied keep every rule, and each rule is broken once, on purpose, to see that it would be
 * noticed. Two releases in a row can be applied.
 */
import {
  BOT_WORKERS_CONSUMER,
  EVENT_STREAM,
  RESEARCH_WORKERS_CONSUMER,
  TRADE_HISTORY_CONSUMER,
  WORK_STREAM,
} from '@elvis/contracts';
import { loadConfig } from '@elvis/platform';
import { PurgeConfig } from '../apps/execution/src/programs/purge.config';
import { brokenRules } from '../scripts/manifests/broken-rules';
import { immutabilityProblems } from '../scripts/manifests/immutable';
import { KubernetesObject, kubectlVersion, renderOverlays } from '../scripts/manifests/kubernetes';
import { Overlay } from '../scripts/manifests/release';
import { arrowsOf } from '../scripts/manifests/rules/arrows';
import { lastingOf, settingsOf } from '../scripts/manifests/rules/workloads';

type Anything = ReturnType<typeof JSON.parse>;

const withKubectl = kubectlVersion() === undefined ? describe.skip : describe;

withKubectl('the Kubernetes overlays', () => {
  const first = renderOverlays('.', 'release-1');
  const objectsOf = (overlay: Overlay): KubernetesObject[] =>
    JSON.parse(JSON.stringify(first.find((one) => one.overlay === overlay)?.objects)) as KubernetesObject[];

  it.each(first.map(({ overlay, objects }) => [overlay, objects] as const))(
    '%s keeps every rule',
    (overlay, objects) => {
      expect(brokenRules(objects, overlay)).toEqual([]);
    },
  );

  it.each(first.map(({ overlay, objects }) => [overlay, objects] as const))(
    '%s can be applied over the release before it',
    (overlay, before) => {
      const after = renderOverlays('.', 'release-2').find((one) => one.overlay === overlay)?.objects ?? [];
      expect(immutabilityProblems(before, after)).toEqual([]);
      const jobs = [...before, ...after]
        .filter(({ kind }) => kind === 'Job')
        .map(({ metadata }) => metadata.name);
      expect(new Set(jobs).size).toBe(4);
    },
  );

  it.each<[string, string, (found: Anything) => unknown]>([
    ['Job', 'provision-release-1', ({ spec }) => (spec.template.spec.containers[0].image = 'other:1')],
    ['StatefulSet', 'execution', ({ spec }) => (spec.podManagementPolicy = 'OrderedReady')],
    ['Deployment', 'risk', ({ spec }) => (spec.selector.matchLabels.app = 'other')],
    ['Service', 'nats', ({ spec }) => (spec.clusterIP = '10.0.0.9')],
  ])('a %s %s that cannot be changed in place is noticed', (kind, name, change) => {
    const [before, after] = [objectsOf('paper'), objectsOf('paper')];
    change(find(after, kind, name));
    expect(immutabilityProblems(before, after)).toEqual([
      expect.stringContaining(`${kind} "${name}": spec.`),
    ]);
  });

  const pod = (found: Anything): Anything => found.spec.template.spec;
  const box = (found: Anything): Anything => pod(found).containers[0];

  it.each<
    [
      rule: RegExp,
      planted: string,
      overlay: Overlay,
      kind: string,
      name: string | RegExp,
      plant: (found: Anything) => unknown,
    ]
  >([
    [
      /^settings: .*ConfigMap gone/,
      'settings that are not there',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).envFrom[0].configMapRef.name = 'gone'),
    ],
    [
      /^settings: .*Secret gone/,
      'a secret that nobody makes',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).envFrom[1].secretRef.name = 'gone'),
    ],
    [
      /^settings: .*GONE of Secret elvis-risk/,
      'a key that a secret lacks',
      'paper',
      'Deployment',
      'risk',
      (found) =>
        box(found).env.push({ name: 'A', valueFrom: { secretKeyRef: { name: 'elvis-risk', key: 'GONE' } } }),
    ],
    [
      /^settings: .*GONE of ConfigMap/,
      'a key that settings lack',
      'paper',
      'Deployment',
      'risk',
      (found) =>
        box(found).env.push({
          name: 'A',
          valueFrom: { configMapKeyRef: { name: 'nats-config', key: 'GONE' } },
        }),
    ],
    [
      /^account:/,
      'an account that is not there',
      'paper',
      'Deployment',
      'risk',
      (found) => (pod(found).serviceAccountName = 'gone'),
    ],
    [
      /^port: a probe/,
      'a probe of a port that is not there',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).readinessProbe.httpGet.port = 'gone'),
    ],
    [
      /^port: .*without both probes/,
      'a container that nobody probes',
      'paper',
      'Deployment',
      'risk',
      (found) => delete box(found).livenessProbe,
    ],
    [
      /^port: Service gateway/,
      'a service that leads to no port',
      'paper',
      'Service',
      'gateway',
      ({ spec }) => (spec.ports[0].targetPort = 'gone'),
    ],
    [
      /^selector: Service gateway/,
      'a service that selects nothing',
      'paper',
      'Service',
      'gateway',
      ({ spec }) => (spec.selector.app = 'gone'),
    ],
    [
      /^port: Ingress gateway/,
      'an edge that leads nowhere',
      'live',
      'Ingress',
      'gateway',
      ({ spec }) => (spec.rules[0].http.paths[0].backend.service.name = 'gone'),
    ],
    [
      /^target: HorizontalPodAutoscaler gateway/,
      'a scaler of nothing',
      'live',
      'HorizontalPodAutoscaler',
      'gateway',
      ({ spec }) => (spec.scaleTargetRef.name = 'gone'),
    ],
    [
      /^target: ScaledObject bots-worker/,
      'a queue that scales nothing',
      'live',
      'ScaledObject',
      'bots-worker',
      ({ spec }) => (spec.scaleTargetRef.name = 'gone'),
    ],
    [
      /^target: PodDisruptionBudget risk/,
      'a budget of nothing',
      'paper',
      'PodDisruptionBudget',
      'risk',
      ({ spec }) => (spec.selector.matchLabels.app = 'gone'),
    ],
    [
      /^target: PodMonitor elvis/,
      'a monitor of nothing',
      'live',
      'PodMonitor',
      'elvis',
      ({ spec }) => (spec.selector.matchLabels = { app: 'gone' }),
    ],
    [
      /^published:/,
      'a port of the node',
      'paper',
      'Service',
      'gateway',
      ({ spec }) => (spec.type = 'NodePort'),
    ],
    [
      /^hardening: .*token/,
      'a token of the cluster',
      'paper',
      'Deployment',
      'risk',
      (found) => (pod(found).automountServiceAccountToken = true),
    ],
    [
      /^hardening: .*root/,
      'root',
      'paper',
      'StatefulSet',
      'nats',
      (found) => (pod(found).securityContext.runAsNonRoot = false),
    ],
    [
      /^hardening: .*seccomp/,
      'no seccomp profile',
      'paper',
      'Deployment',
      'risk',
      (found) => delete pod(found).securityContext.seccompProfile,
    ],
    [
      /^hardening: .*write to its image/,
      'a writable image',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).securityContext.readOnlyRootFilesystem = false),
    ],
    [
      /^hardening: .*gain rights/,
      'an init container that may gain rights',
      'paper',
      'Deployment',
      'risk',
      (found) =>
        (pod(found).initContainers = [
          {
            ...box(found),
            securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          },
        ]),
    ],
    [
      /^hardening: .*capabilities/,
      'capabilities',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).securityContext.capabilities = {}),
    ],
    [
      /^bounds: .*ephemeral-storage/,
      'room without a bound',
      'paper',
      'Deployment',
      'risk',
      (found) => delete box(found).resources.limits['ephemeral-storage'],
    ],
    [
      /^count: .*has to be fixed/,
      'a scaler of a fixed fleet',
      'live',
      'HorizontalPodAutoscaler',
      'gateway',
      ({ spec }) => (spec.scaleTargetRef = { kind: 'StatefulSet', name: 'execution' }),
    ],
    [
      /^count: .*set back/,
      'a number beside a scaler',
      'live',
      'Deployment',
      'gateway',
      ({ spec }) => (spec.replicas = 2),
    ],
    [
      /^count: .*neither/,
      'no number and no scaler',
      'paper',
      'Deployment',
      'risk',
      ({ spec }) => delete spec.replicas,
    ],
    [
      /^budget: .*wants/,
      'a budget above what stands',
      'paper',
      'PodDisruptionBudget',
      'redis',
      ({ spec }) => (spec.minAvailable = 2),
    ],
    [
      /^budget: .*protects nothing/,
      'a budget that lets the only one go',
      'paper',
      'Deployment',
      'risk',
      ({ spec }) => (spec.replicas = 1),
    ],
    [
      /^fleet: .*no StatefulSet/,
      'an execution that nothing bounds',
      'paper',
      'StatefulSet',
      'execution',
      (found) => (found.kind = 'Deployment'),
    ],
    [
      /^fleet: EXECUTION_MAX_REPLICAS/,
      'a fleet that is larger than it says',
      'paper',
      'StatefulSet',
      'execution',
      ({ spec }) => (spec.replicas = 4),
    ],
    [
      /^grace:/,
      'an end that is cut short',
      'paper',
      'Deployment',
      'gateway',
      (found) => (pod(found).terminationGracePeriodSeconds = 20),
    ],
    [
      /^build: .*no build/,
      'a release without a name',
      'paper',
      '*',
      /./,
      ({ metadata }) => delete metadata.labels?.['app.kubernetes.io/version'],
    ],
    [
      /^build: .*latest/,
      'a build that is called latest',
      'paper',
      '*',
      /./,
      ({ metadata }) =>
        metadata.labels?.['app.kubernetes.io/version'] &&
        (metadata.labels['app.kubernetes.io/version'] = 'latest'),
    ],
    [
      /^job:/,
      'a Job that the next release cannot apply',
      'paper',
      'Job',
      'provision-release-1',
      ({ metadata }) => (metadata.name = 'provision'),
    ],
    [
      /^image: .*no digest/,
      'a tag in live',
      'live',
      'StatefulSet',
      'redis',
      (found) => (box(found).image = 'redis:8'),
    ],
    [
      /^image: .*moves/,
      'a tag that moves',
      'paper',
      'StatefulSet',
      'redis',
      (found) => (box(found).image = 'redis:latest'),
    ],
    [
      /^image: services run 2/,
      'two images of Elvis',
      'paper',
      'Deployment',
      'risk',
      (found) => (box(found).image = 'elvis:other'),
    ],
    [
      /^mode:/,
      'paper trading in live',
      'live',
      'ConfigMap',
      /^execution/,
      ({ data }) => (data.TRADING_MODE = 'paper'),
    ],
    [
      /^paper:/,
      'the paper exchange in live',
      'live',
      'Deployment',
      'risk',
      ({ metadata }) => (metadata.name = 'paper-exchange'),
    ],
    [
      /^bus: live has 1/,
      'one NATS in live',
      'live',
      'StatefulSet',
      'nats',
      ({ spec }) => (spec.replicas = 1),
    ],
    [
      /^bus: .*1 copies/,
      'one copy of each stream in live',
      'live',
      'ConfigMap',
      /^provision/,
      ({ data }) => delete data.NATS_STREAM_REPLICAS,
    ],
    [
      /^arrow: nothing is denied/,
      'no denial to begin with',
      'paper',
      'NetworkPolicy',
      'deny-all',
      ({ spec }) => (spec.podSelector = { matchLabels: { app: 'risk' } }),
    ],
    [
      /^arrow: .*REDIS_HOST .*redis:6379/,
      'an address that may not be reached',
      'paper',
      'NetworkPolicy',
      'redis-from-elvis',
      ({ spec }) => (spec.ingress = []),
    ],
    [
      /^arrow: .*BINANCE_FUTURES_URL .*:443/,
      'an exchange without a way out',
      'live',
      'NetworkPolicy',
      'elvis-to-the-exchange',
      ({ spec }) => (spec.egress = []),
    ],
    [
      /^arrow: .*NATS_URL/,
      'a secret address that may not be reached',
      'paper',
      'NetworkPolicy',
      'elvis-to-nats',
      ({ spec }) => (spec.egress = []),
    ],
    [
      /^arrow: .*HOOK_URL .*hook.example:9000/,
      'a webhook on a port that nobody opened',
      'live',
      'ConfigMap',
      /^gateway/,
      ({ data }) => (data.HOOK_URL = 'https://hook.example:9000'),
    ],
    [
      /^arrow: the monitor port/,
      'a monitor port that anybody reads',
      'live',
      'NetworkPolicy',
      'nats-monitor-from-keda',
      ({ spec }) => delete spec.ingress[0].from,
    ],
  ])('%s notices %s', (rule, _planted, overlay, kind, name, plant) => {
    const objects = objectsOf(overlay);
    const meant = objects.filter(
      (object) =>
        (kind === '*' || object.kind === kind) &&
        (typeof name === 'string' ? object.metadata.name === name : name.test(object.metadata.name)),
    );
    expect(meant.length).toBeGreaterThan(0);
    meant.forEach(plant);
    expect(brokenRules(objects, overlay)).toEqual(expect.arrayContaining([expect.stringMatching(rule)]));
  });

  it('let nothing talk to anything but along the corridor', () => {
    const bots = ['bots-supervisor', 'bots-worker', 'bots-research'];
    const onRedis = ['gateway', 'risk', 'execution', ...bots, 'binance-gateway'];
    const corridor = [
      ...[...onRedis, 'trade-history', 'market-data', 'provision'].map((name) => `${name} -> nats:4222`),
      ...onRedis.map((name) => `${name} -> redis:6379`),
      ...['trade-history', 'migrate'].map((name) => `${name} -> postgres:5432`),
    ];
    const paper = ['execution', 'market-data'].map((name) => `${name} -> paper-exchange:8080`);
    expect(arrowsOf(objectsOf('paper'))).toEqual([...corridor, ...paper].sort());
    expect(arrowsOf(objectsOf('testnet'))).toEqual([...corridor].sort());
    expect(arrowsOf(objectsOf('live'))).toEqual([...corridor, 'nats -> nats:6222'].sort());
  });

  it.each(first.map(({ overlay, objects }) => [overlay, objects] as const))(
    'publish nothing: %s has no load balancer, node port or host port',
    (_, objects) => {
      expect(JSON.stringify(objects)).not.toMatch(
        /"(NodePort|LoadBalancer|hostPort|hostNetwork|hostPath|privileged)"/,
      );
    },
  );

  it('give each replica of a set its number, and each pod its name', () => {
    for (const {
      name,
      kind,
      pod: { containers },
      own,
    } of lastingOf(objectsOf('live'))) {
      if (own['app.kubernetes.io/component'] !== 'service') continue;
      const told = (containers[0]?.env ?? []).map((variable) => variable.name);
      expect([name, told.includes('POD_NAME'), told.includes('REPLICA')]).toEqual([
        name,
        true,
        kind === 'StatefulSet',
      ]);
    }
  });

  it('scale the work by the streams and consumers that are there', () => {
    interface Scaled {
      readonly triggers: readonly {
        readonly type: string;
        readonly metadata: Readonly<Record<string, string>>;
      }[];
    }
    const lags = objectsOf('live')
      .filter(({ kind }) => kind === 'ScaledObject')
      .flatMap(({ metadata, spec }) =>
        (spec as Scaled).triggers
          .filter(({ type }) => type === 'nats-jetstream')
          .map(({ metadata: of }) => [
            metadata.name,
            of.stream,
            of.consumer,
            of.natsServerMonitoringEndpoint,
          ]),
      );
    const monitor = 'nats.elvis-live.svc.cluster.local:8222';
    expect(lags.sort()).toEqual([
      ['bots-research', WORK_STREAM, RESEARCH_WORKERS_CONSUMER, monitor],
      ['bots-worker', WORK_STREAM, BOT_WORKERS_CONSUMER, monitor],
      ['trade-history', EVENT_STREAM, TRADE_HISTORY_CONSUMER, monitor],
    ]);
  });

  it('have the journal purged every day, by nobody but the user that makes the streams', () => {
    const objects = objectsOf('paper');
    const purge = find(objects, 'CronJob', 'purge-journal');
    const container = purge.spec.jobTemplate.spec.template.spec.containers[0];
    expect(container.args).toEqual(['dist/apps/execution/src/programs/purge-journal.js']);
    expect(container.envFrom[1]).toEqual({ secretRef: { name: 'elvis-provision' } });
    expect(() => loadConfig(PurgeConfig, settingsOf(container, objects))).not.toThrow();
  });
});

const find = (objects: readonly KubernetesObject[], kind: string, name: string): Anything =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
