import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Closable {
  disconnect?(): unknown;
  stop?(): unknown;
  close?(): unknown;
  end?(): unknown;
}

/** What stands open, the last opened last. */
const standing: (() => unknown)[] = [];

/**
 * Opens something for the specs of a block before the first of them, and closes it behind the last: what was opened
 * last is closed first. The answer stands for what will be open by then.
 *
 * @param close what ends it; its own `disconnect`, `stop`, `close` or `end` unless given
 */
export function opened<Thing extends object>(
  open: () => Thing | Promise<Thing>,
  close: (thing: Thing) => unknown = closeByItself,
): Thing {
  let made: Thing | undefined;
  beforeAll(async () => {
    const thing = await open();
    made = thing;
    standing.push(() => close(thing));
  });
  afterAll(() => closeLast());
  const thing = (): Thing => {
    if (!made) throw new Error('This is open only while the specs of its block run');
    return made;
  };
  return new Proxy({} as Thing, {
    get: (_, name) => {
      const value: unknown = Reflect.get(thing(), name);
      return typeof value === 'function' ? (value.bind(thing()) as unknown) : value;
    },
    set: (_, name, value) => Reflect.set(thing(), name, value),
    ownKeys: () => Reflect.ownKeys(thing()),
    getOwnPropertyDescriptor: (_, name) => ({
      ...Reflect.getOwnPropertyDescriptor(thing(), name),
      configurable: true,
    }),
  });
}

/** A fresh folder, whose path is known at once; it goes with all that is in it behind the last spec of the block. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `elvis-${name}-`));
  beforeAll(() => void standing.push(() => rmSync(folder, { recursive: true, force: true })));
  afterAll(() => closeLast());
  return folder;
}

const closeLast = async (): Promise<void> => void (await standing.pop()?.());

function closeByItself(thing: Closable): unknown {
  return (thing.disconnect ?? thing.stop ?? thing.close ?? thing.end)?.call(thing);
}
