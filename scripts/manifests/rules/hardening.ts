/** No rights, no room without a bound, nothing published, one image for all: what holds for every container. */
import { KubernetesObject } from '../kubernetes';
import { Container, Workload, containersOf, workloadsOf } from './workloads';

const BOUNDS = ['cpu', 'memory', 'ephemeral-storage'];
const PUBLISHED = /"(NodePort|LoadBalancer|hostPort|hostNetwork|hostPath|privileged)"/;

export function unhardened(objects: readonly KubernetesObject[]): string[] {
  const published = PUBLISHED.exec(JSON.stringify(objects));
  return [
    ...(published ? [`published: something has ${published[1]}; only the edge is reached from outside`] : []),
    ...workloadsOf(objects).flatMap((workload) => [
      ...openPod(workload),
      ...containersOf(workload).flatMap((container) => openContainer(workload.title, container)),
    ]),
  ];
}

function openPod({ title, pod }: Workload): string[] {
  return [
    ...(pod.automountServiceAccountToken === false
      ? []
      : [`hardening: ${title} mounts a token of the cluster`]),
    ...(pod.securityContext?.runAsNonRoot ? [] : [`hardening: ${title} may run as root`]),
    ...(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault'
      ? []
      : [`hardening: ${title} has no seccomp profile`]),
  ];
}

function openContainer(title: string, { name, securityContext, resources }: Container): string[] {
  const where = `${title}, container ${name},`;
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = securityContext ?? {};
  const unbound = BOUNDS.filter((what) => !resources?.limits?.[what] || !resources.requests?.[what]);
  return [
    ...(readOnlyRootFilesystem ? [] : [`hardening: ${where} may write to its image`]),
    ...(allowPrivilegeEscalation === false ? [] : [`hardening: ${where} may gain rights`]),
    ...(capabilities?.drop?.includes('ALL') ? [] : [`hardening: ${where} keeps capabilities`]),
    ...unbound.map((what) => `bounds: ${where} has no request or no limit of ${what}`),
  ];
}
