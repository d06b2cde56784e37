/** The rooms of an app or library are the folders of its `src`. Read from import lines, so that a check can judge them. */
import { dirname, join, normalize } from 'node:path';
import { isSource } from '../../scripts/sources';

const MAX_FILES_FLAT = 15;
const IMPORT = /(?:from|import\(|import)\s*['"](\.[^'"]+)['"]/g;

/** Sources by path from the project's top. Specs are left out by `isSource`. */
export type Sources = ReadonlyMap<string, string>;

/** Folders with more files flat than a reader takes in at once, as `folder: count`. */
export function crowdedFolders(paths: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const path of paths)
    if (isSource(path)) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > MAX_FILES_FLAT)
    .map(([folder, count]) => `${folder}: ${count}`);
}

/** Each cycle of rooms below `apps/<name>/src` or `libs/<name>/src`, as `apps/x/src: a -> b -> a`. */
export function roomCycles(sources: Sources): string[] {
  return [...graphs(sources)].flatMap(([house, graph]) =>
    cyclesOf(graph).map((cycle) => `${house}: ${cycle.join(' -> ')}`),
  );
}

type Graph = Map<string, Set<string>>;

function graphs(sources: Sources): Map<string, Graph> {
  const houses = new Map<string, Graph>();
  for (const [path, text] of sources) {
    const here = placeOf(path);
    if (!here || !isSource(path) || isComposition(path)) continue;
    const graph = houses.get(here.house) ?? new Map<string, Set<string>>();
    houses.set(here.house, graph);
    const reached = graph.get(here.room) ?? new Set<string>();
    graph.set(here.room, reached);
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      const base = normalize(join(dirname(path), specifier));
      const target = [base, `${base}.ts`, `${base}/index.ts`].find((candidate) => sources.has(candidate));
      const there = target === undefined ? undefined : placeOf(target);
      if (there && there.house === here.house && there.room !== here.room) reached.add(there.room);
    }
  }
  return houses;
}

/** A file beside the rooms is a place of its own: two such files may depend on different rooms. */
function placeOf(path: string): { house: string; room: string } | undefined {
  const match = /^((?:apps|libs)\/[^/]+\/src)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, house = '', rest = ''] = match;
  return { house, room: rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : rest };
}

/** What puts the rooms together may know all of them; no room may import it back. */
const isComposition = (path: string): boolean =>
  /^(apps|libs)\/[^/]+\/src\/([^/]+\.module|main|index)\.ts$/.test(path);

/** One cycle for each back edge of a depth-first walk. */
function cyclesOf(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (room: string, way: readonly string[]): void => {
    const seen = way.indexOf(room);
    if (seen >= 0) {
      cycles.push([...way.slice(seen), room]);
      return;
    }
    if (done.has(room)) return;
    for (const next of graph.get(room) ?? []) visit(next, [...way, room]);
    done.add(room);
  };
  for (const room of graph.keys()) visit(room, []);
  return cycles;
}
