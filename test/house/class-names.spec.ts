/** A name is one class in the whole repository, so that a search for it finds one thing. */
import { sharedClassNames } from './class-names';
import { readSources } from '../../scripts/sources';

describe('a class', () => {
  it('shares its name with no other', () => {
    const folders = ['apps', 'libs', 'scripts', 'tools', 'testing', 'test', 'bench'];
    expect(sharedClassNames(readSources(folders))).toEqual([]);
  });

  it('is reported when it shares its name, unless one of the two is of a spec', () => {
    const planted = new Map([
      ['apps/x/src/one.ts', 'export class Ledger {}\nclass Inner {}'],
      ['apps/x/src/one.spec.ts', 'class Ledger {}'],
    ]);
    expect(sharedClassNames(planted)).toEqual([]);
    planted.set('apps/y/src/two.ts', '@Injectable()\nexport abstract class Ledger {}');
    expect(sharedClassNames(planted)).toEqual(['Ledger: apps/x/src/one.ts, apps/y/src/two.ts']);
  });
});
