import { isSource } from '../../scripts/sources';
import { Sources } from './rooms';

const CLASS = /^(?:export )?(?:abstract )?class (\w+)/gm;

/** Names that more than one class has, specs not counted, each with its files. */
export function sharedClassNames(sources: Sources): string[] {
  const homes = new Map<string, string[]>();
  for (const [path, text] of sources) {
    if (!isSource(path)) continue;
    for (const [, name = ''] of text.matchAll(CLASS)) homes.set(name, [...(homes.get(name) ?? []), path]);
  }
  return [...homes]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}
