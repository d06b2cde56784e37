/** Values to try of some parameters, every one with every other. */

export type Grid = Readonly<Record<string, readonly string[]>>;

/** All combinations, the last parameter changing first; none for an empty grid. */
export function cellsOf(grid: Grid): readonly Readonly<Record<string, string>>[] {
  const names = Object.keys(grid);
  if (names.length === 0) return [];
  return names.reduce<readonly Record<string, string>[]>(
    (cells, name) => cells.flatMap((cell) => grid[name]!.map((value) => ({ ...cell, [name]: value }))),
    [{}],
  );
}

export const nameOfCell = (cell: Readonly<Record<string, unknown>>): string =>
  Object.entries(cell)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
