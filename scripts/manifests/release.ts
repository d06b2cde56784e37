/**
 * The release component of an overlay: which images it runs, by digest outside paper, and the names of its Jobs. It is
 * written for one release of one installation and kept nowhere, so that nothing is rendered by accident of a moving tag.
 */
export const OVERLAYS = ['paper', 'testnet', 'live'] as const;
export type Overlay = (typeof OVERLAYS)[number];

export interface PinnedImage {
  /** As the manifests name it. */
  readonly name: string;
  /** Where it is pulled from, without tag and digest. */
  readonly from: string;
  /** `sha256:...`; without one it is pulled by its tag. */
  readonly digest?: string;
  readonly tag: string;
}

/** A build names its Jobs and labels, so it has to fit into both: a commit or a version. */
const BUILD_NAME = /^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$/;
const NO_BUILD = ['latest', 'unnamed'];
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Why this release may not be written; nothing if it may. */
export function releaseProblems(overlay: Overlay, build: string, images: readonly PinnedImage[]): string[] {
  const problems: string[] = [];
  if (!BUILD_NAME.test(build) || NO_BUILD.includes(build))
    problems.push(
      `"${build}" names no build; tag the image with its commit or version, in lower case and at most 40 long`,
    );
  if (overlay !== 'paper')
    for (const { from, tag, digest } of images)
      if (!DIGEST.test(digest ?? ''))
        problems.push(`${from}:${tag} has no digest; ${overlay} runs only what is named by one`);
  return problems;
}

/** The text of `k8s/overlays/<overlay>/release/kustomization.yaml`. */
export function releaseComponent(build: string, images: readonly PinnedImage[]): string {
  const labels = '/metadata/labels/app.kubernetes.io~1version';
  const label = { op: 'add', path: labels, value: build };
  const podLabel = { ...label, path: `/spec/template${labels}` };
  return [
    `# Build ${build}. Written by \`npm run pin:images\`; do not edit.`,
    'apiVersion: kustomize.config.k8s.io/v1alpha1',
    'kind: Component',
    'images:',
    ...images.map(
      ({ name, from, tag, digest }) =>
        `  - { name: '${name}', newName: '${from}', ${digest ? `digest: '${digest}'` : `newTag: '${tag}'`} }`,
    ),
    'patches:',
    ...['provision', 'migrate'].flatMap((job) => [
      `  - target: { kind: Job, name: ${job} }`,
      `    options: { allowNameChange: true }`,
      `    patch: '${JSON.stringify([{ op: 'replace', path: '/metadata/name', value: `${job}-${build}` }, label])}'`,
    ]),
    `  - target: { labelSelector: app.kubernetes.io/component=service }`,
    `    patch: '${JSON.stringify([label, podLabel])}'`,
    '',
  ].join('\n');
}
