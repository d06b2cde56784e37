/**
 * `npm run pin:images -- paper|testnet|live IMAGE:BUILD`: asks the registries for the digests of Elvis's image and of the
 * servers' and writes the overlay's release component. On paper the image may be one that no registry has.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestName, serverImages } from './kubernetes';
import { ImageReference, digestOf, parseImage } from './registry';
import { OVERLAYS, Overlay, PinnedImage, releaseComponent, releaseProblems } from './release';

const isOverlay = (text: string | undefined): text is Overlay => OVERLAYS.some((name) => name === text);

export async function operate({
  root,
  args: [overlay, image],
}: {
  readonly root: string;
  readonly args: readonly string[];
}): Promise<number> {
  if (!isOverlay(overlay) || image === undefined) {
    console.error('usage: npm run pin:images -- paper|testnet|live IMAGE:BUILD');
    return 64;
  }
  try {
    const folder = join(root, 'k8s', 'overlays', overlay, 'release');
    const ours = parseImage(image);
    const images = [
      await pin(overlay, 'elvis', overlay === 'paper' ? { ...ours, name: manifestName(image) } : ours),
      ...(await Promise.all(
        serverImages(root).map((text) => pin(overlay, manifestName(text), parseImage(text))),
      )),
    ];
    const problems = releaseProblems(overlay, ours.tag, images);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kustomization.yaml'), releaseComponent(ours.tag, images));
    for (const { from, tag, digest } of images) console.log(`${from}:${tag}  ${digest ?? '(by its tag)'}`);
    console.log(`Wrote ${folder}; now: kubectl apply -k k8s/overlays/${overlay}`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error('Nothing was written.');
    return 1;
  }
}

const pin = async (overlay: Overlay, name: string, image: ImageReference): Promise<PinnedImage> => ({
  name,
  from: image.name,
  tag: image.tag,
  ...(overlay !== 'paper' && { digest: await digestOf(image) }),
});
