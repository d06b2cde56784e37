/** The house is kept in order: rooms form no cycle, no folder is crowded. Each rule is tried with a planted violation. */
import { crowdedFolders, roomCycles } from './rooms';
import { readSources } from '../../scripts/sources';

const PLANTED = new Map([
  ['apps/x/src/main.ts', "import './x.module';"],
  ['apps/x/src/x.module.ts', "import './orders/engine'; import './stops/stop';"],
  ['apps/x/src/orders/engine.ts', "import { stop } from '../stops/stop';"],
  ['apps/x/src/stops/stop.ts', 'export const stop = 1;'],
  ['apps/x/src/stops/list.ts', "import { one } from './stop';"],
]);

describe('rooms', () => {
  it('form no cycle', () => {
    expect(roomCycles(readSources(['apps', 'libs']))).toEqual([]);
  });

  it('hold at most fifteen files flat', () => {
    expect(
      crowdedFolders(readSources(['apps', 'libs', 'scripts', 'tools', 'testing', 'test', 'bench']).keys()),
    ).toEqual([]);
  });

  it('are acyclic in the planted tree, whose module imports them all', () => {
    expect(roomCycles(PLANTED)).toEqual([]);
  });

  it('are reported when two import each other', () => {
    const tree = new Map(PLANTED).set('apps/x/src/stops/back.ts', "import '../orders/engine';");
    expect(roomCycles(tree)).toEqual(['apps/x/src: orders -> stops -> orders']);
  });

  it('are reported when a type is imported in a circle of three', () => {
    const tree = new Map(PLANTED)
      .set('apps/x/src/stops/list.ts', "import type { Fleet } from '../fleet/fleet';")
      .set('apps/x/src/fleet/fleet.ts', "export * from '../orders/engine';");
    expect(roomCycles(tree)).toEqual(['apps/x/src: orders -> stops -> fleet -> orders']);
  });

  it('are reported when a room imports a file that imports it', () => {
    const tree = new Map(PLANTED)
      .set('apps/x/src/x.config.ts', "import './stops/stop';")
      .set('apps/x/src/stops/list.ts', "import '../x.config';");
    expect(roomCycles(tree)).toEqual(['apps/x/src: stops -> x.config.ts -> stops']);
  });

  it('are crowded with sixteen files, specs not counted', () => {
    const files = Array.from({ length: 15 }, (_, n) => `apps/x/src/orders/file-${n}.ts`);
    expect(crowdedFolders([...files, 'apps/x/src/orders/file-0.spec.ts'])).toEqual([]);
    expect(crowdedFolders([...files, 'apps/x/src/orders/one-more.ts'])).toEqual(['apps/x/src/orders: 16']);
  });
});
