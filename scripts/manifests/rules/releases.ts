/** A release can be applied, again and again, and is what it says: Jobs by its name, images by digest, nothing of paper in live. */
import { KubernetesObject } from '../kubernetes';
import { Overlay } from '../release';
import { containersOf, lastingOf, ofKind, settingsOf, workloadsOf } from './workloads';

const VERSION = 'app.kubernetes.io/version';
const NO_BUILD = ['latest', 'unnamed'];

export function brokenReleases(objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  const workloads = workloadsOf(objects);
  const builds = new Set(workloads.flatMap(({ own }) => own[VERSION] ?? []));
  const build = [...builds][0] ?? '';
  return [
    ...(builds.size === 1 && !NO_BUILD.includes(build)
      ? []
      : [`build: the objects name ${builds.size === 0 ? 'no build' : [...builds].join(' and ')}`]),
    ...workloads
      .filter(({ kind, name }) => kind === 'Job' && !name.endsWith(`-${build}`))
      .map(({ title }) => `job: ${title} is not named by the release, so the next one cannot be applied`),
    ...workloads.flatMap((workload) =>
      containersOf(workload).flatMap(({ name, image }) => {
        const isPinned = /@sha256:[0-9a-f]{64}$/.test(image);
        if (overlay !== 'paper' && !isPinned)
          return [`image: ${workload.title}, container ${name}, runs ${image}, which is no digest`];
        return image.endsWith(':latest') || !/[:@]/.test(image)
          ? [`image: ${workload.title}, container ${name}, runs ${image}, which moves`]
          : [];
      }),
    ),
    ...(ours(objects).size === 1 ? [] : [`image: services run ${ours(objects).size} images of Elvis`]),
    ...(overlay === 'paper' ? [] : notForPaper(objects, overlay)),
  ];
}

const ours = (objects: readonly KubernetesObject[]): Set<string> =>
  new Set(
    workloadsOf(objects)
      .filter(({ own }) => own['app.kubernetes.io/component'] === 'service')
      .flatMap((workload) => containersOf(workload).map(({ image }) => image)),
  );

function notForPaper(objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  const workloads = lastingOf(objects);
  const paper = workloads.some(({ name }) => name === 'paper-exchange');
  const modes = workloads.flatMap(({ title, pod }) =>
    pod.containers.flatMap((container) => {
      const { TRADING_MODE } = settingsOf(container, objects);
      return TRADING_MODE !== undefined && TRADING_MODE !== overlay
        ? [`mode: ${title} trades on ${TRADING_MODE} in the overlay ${overlay}`]
        : [];
    }),
  );
  const nats = workloads.find(({ name }) => name === 'nats');
  const copies = ofKind(objects, 'ConfigMap').find(({ metadata }) => /^provision(-|$)/.test(metadata.name));
  const replicas = Number((copies?.data as Record<string, string> | undefined)?.NATS_STREAM_REPLICAS ?? 1);
  return [
    ...(paper ? [`paper: the overlay ${overlay} has the paper exchange in it`] : []),
    ...modes,
    ...(overlay === 'live' && nats && (nats.replicas !== 3 || replicas !== 3)
      ? [`bus: live has ${nats.replicas} NATS and ${replicas} copies of each stream, and needs 3 of both`]
      : []),
  ];
}
