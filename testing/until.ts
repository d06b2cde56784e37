import { waitUntil } from '../tools/launcher/servers';

/**
 * Looks again and again for what `look` answers, and answers it: anything but undefined, null and false. An error of
 * `look` means "not yet".
 *
 * @throws Error with `what` was waited for and the last error, once it has not come for so long that it never will
 */
export async function until(
  look: () => boolean | Promise<boolean>,
  what?: string,
  withinMs?: number,
): Promise<void>;
export async function until<Thing>(
  look: () => Thing | Promise<Thing>,
  what?: string,
  withinMs?: number,
): Promise<Exclude<Thing, undefined | null | false>>;
export async function until<Thing>(
  look: () => Thing | Promise<Thing>,
  what = String(look),
  withinMs = 150_000,
): Promise<Exclude<Thing, undefined | null | false>> {
  let thing: Thing | undefined;
  let problem = '';
  const isThere = async (): Promise<boolean> => {
    try {
      thing = await look();
      problem = '';
    } catch (error) {
      thing = undefined;
      problem = `; the last error: ${String(error)}`;
    }
    return thing !== undefined && thing !== null && thing !== false;
  };
  await waitUntil(isThere, withinMs, what).catch((error: Error) => {
    throw new Error(error.message + problem);
  });
  return thing as Exclude<Thing, undefined | null | false>;
}
