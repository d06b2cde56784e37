/** How many of each there are, who decides it, and what follows from it. */
import { KubernetesObject } from '../kubernetes';
import { Selector, Workload, lastingOf, ofKind, selects, settingsOf } from './workloads';

/** A second opinion does not become better by a fifth, and their number bounds what each may spend. */
const FIXED = ['execution', 'risk', 'market-data', 'paper-exchange', 'nats', 'redis', 'postgres'];
const MARGIN_SECONDS = 10;
/** The gateway's stop waits so long for a request under way: apps/gateway/src/http/graceful-stop.ts. */
const LONGEST_REQUEST_SECONDS = 12;

interface Scaler {
  readonly target: string;
  readonly minimum: number;
}

export function brokenCounts(objects: readonly KubernetesObject[]): string[] {
  const scalers = scalersOf(objects);
  return [
    ...lastingOf(objects).flatMap((workload) => brokenCount(workload, scalers)),
    ...ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => brokenBudget(budget, objects, scalers)),
    ...brokenFleet(objects),
    ...lastingOf(objects).flatMap(shortGrace),
  ];
}

function scalersOf(objects: readonly KubernetesObject[]): Scaler[] {
  return ['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) =>
    ofKind(objects, kind).map(({ spec }) => {
      const { scaleTargetRef, minReplicas, minReplicaCount } = spec as {
        scaleTargetRef: { name: string };
        minReplicas?: number;
        minReplicaCount?: number;
      };
      return { target: scaleTargetRef.name, minimum: minReplicas ?? minReplicaCount ?? 0 };
    }),
  );
}

function brokenCount({ name, title, replicas }: Workload, scalers: readonly Scaler[]): string[] {
  const scaler = scalers.find(({ target }) => target === name);
  if (scaler && FIXED.includes(name)) return [`count: ${title} has a scaler, and its number has to be fixed`];
  if (scaler && replicas !== undefined)
    return [`count: ${title} has a scaler and a number, which every apply would set back`];
  if (!scaler && replicas === undefined) return [`count: ${title} has neither a number nor a scaler`];
  return [];
}

function brokenBudget(
  budget: KubernetesObject,
  objects: readonly KubernetesObject[],
  scalers: readonly Scaler[],
): string[] {
  const { selector, minAvailable, maxUnavailable } = budget.spec as {
    selector: Selector;
    minAvailable?: number;
    maxUnavailable?: number;
  };
  const workload = lastingOf(objects).find(({ labels }) => selects(selector, labels));
  if (!workload) return [];
  const stands = scalers.find(({ target }) => target === workload.name)?.minimum ?? workload.replicas ?? 0;
  if (minAvailable !== undefined && minAvailable > stands)
    return [`budget: ${budget.metadata.name} wants ${minAvailable} and ${stands} stand`];
  // Where one worker is a matter of speed alone, it may go.
  if (maxUnavailable !== undefined && stands < 2 && !scalers.some(({ target }) => target === workload.name))
    return [`budget: ${budget.metadata.name} lets ${maxUnavailable} of ${stands} go, so it protects nothing`];
  return [];
}

/** A StatefulSet never has more processes alive than replicas; a Deployment has, while some still end. */
function brokenFleet(objects: readonly KubernetesObject[]): string[] {
  const execution = lastingOf(objects).find(({ name }) => name === 'execution');
  if (!execution) return ['fleet: there is no execution'];
  if (execution.kind !== 'StatefulSet')
    return ['fleet: execution is no StatefulSet, so nothing bounds how many of it are alive'];
  const [container] = execution.pod.containers;
  const most = container && settingsOf(container, objects).EXECUTION_MAX_REPLICAS;
  return Number(most) === execution.replicas
    ? []
    : [`fleet: EXECUTION_MAX_REPLICAS is ${most}, and ${execution.replicas} execution processes run`];
}

function shortGrace({ title, pod }: Workload): string[] {
  const sleeps = pod.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0);
  const wanted = Math.max(...sleeps) + LONGEST_REQUEST_SECONDS + MARGIN_SECONDS;
  const { terminationGracePeriodSeconds: grace = 30 } = pod;
  return grace >= wanted ? [] : [`grace: ${title} has ${grace} s to end and needs ${wanted} s`];
}
