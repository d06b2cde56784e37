/**
 * Kubernetes manifests as they would be applied, without a cluster: every overlay rendered by a kubectl of 1.25 or newer,
 * with a release component made up for the purpose; where there is no kubectl, the files one by one.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parseImage } from './registry';
import { OVERLAYS, Overlay, PinnedImage, releaseComponent } from './release';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface Rendered {
  readonly overlay: Overlay;
  readonly objects: readonly KubernetesObject[];
}

/** `1.32.4`, or undefined where there is no kubectl that can be used. */
export function kubectlVersion(): string | undefined {
  try {
    const text = execFileSync('kubectl', ['version', '--client', '--output=json'], {
      stdio: 'pipe',
    }).toString();
    const { major, minor, gitVersion } = (
      JSON.parse(text) as { clientVersion: { major: string; minor: string; gitVersion: string } }
    ).clientVersion;
    const isNewEnough = Number(major) > 1 || (major === '1' && parseInt(minor, 10) >= 25);
    return isNewEnough ? gitVersion.replace(/^v/, '') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The overlays as a release of `build` would apply them. No registry is asked: each image stands under the SHA-256 of its
 * own name, which no registry has.
 *
 * @throws Error in kubectl's words if an overlay cannot be rendered
 */
export function renderOverlays(root: string, build: string): Rendered[] {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-manifests-'));
  try {
    cpSync(join(root, 'k8s'), folder, { recursive: true });
    return OVERLAYS.map((overlay) => {
      const place = join(folder, 'overlays', overlay);
      mkdirSync(join(place, 'release'), { recursive: true });
      const images = [`registry.example/elvis:${build}`, ...serverImages(root)].map((text) =>
        standIn(overlay, text),
      );
      writeFileSync(join(place, 'release', 'kustomization.yaml'), releaseComponent(build, images));
      return { overlay, objects: render(place) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function standIn(overlay: Overlay, text: string): PinnedImage {
  const { name: from, tag } = parseImage(text);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return {
    name: text.startsWith('registry.example/') ? 'elvis' : manifestName(text),
    from,
    tag,
    ...(overlay !== 'paper' && { digest }),
  };
}

/** What the manifests write before the tag. */
export const manifestName = (image: string): string => image.slice(0, image.lastIndexOf(':'));

/** Every image of the manifests but Elvis's own, once. */
export function serverImages(root: string): string[] {
  const images = JSON.stringify(readManifests(join(root, 'k8s'))).matchAll(/"image":"([^"]+)"/g);
  return [...new Set([...images].map(([, image = '']) => image))].filter((image) => image !== 'elvis').sort();
}

const render = (folder: string): KubernetesObject[] =>
  parseObjects(
    execFileSync('kubectl', ['kustomize', folder], { stdio: 'pipe', maxBuffer: 16 << 20 }).toString(),
  );

/** Every object of every file under the folder, kustomizations left out. */
export const readManifests = (folder: string): KubernetesObject[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .flatMap((name) => parseObjects(readFileSync(join(folder, name), 'utf8')));

const parseObjects = (text: string): KubernetesObject[] =>
  parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors[0]?.message);
    return document.toJS() as KubernetesObject;
  });

export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
