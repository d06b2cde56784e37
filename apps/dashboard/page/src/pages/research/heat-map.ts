/** A grid's results on two of its parameters; where there are more, each field has the best of the others. */
import type { GridCell } from './report';

export interface HeatMap {
  readonly across: string;
  readonly down: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: ReadonlyMap<string, GridCell>;
  readonly best: number;
  readonly worst: number;
}

export const fieldOf = (row: string, column: string): string => `${row}\n${column}`;

/** Undefined where there is no grid. */
export function heatMapOf(grid: readonly GridCell[]): HeatMap | undefined {
  const [across, down] = Object.keys(grid[0]?.params ?? {});
  if (across === undefined) return undefined;
  const valuesOf = (name: string | undefined): string[] =>
    name === undefined ? [''] : [...new Set(grid.map(({ params }) => params[name] ?? ''))].sort(byNumber);
  const cells = new Map<string, GridCell>();
  for (const cell of grid) {
    const field = fieldOf(down === undefined ? '' : (cell.params[down] ?? ''), cell.params[across] ?? '');
    const known = cells.get(field);
    if (!known || known.netReturn < cell.netReturn) cells.set(field, cell);
  }
  const returns = grid.map(({ netReturn }) => netReturn);
  return {
    across,
    down,
    columns: valuesOf(across),
    rows: valuesOf(down),
    cells,
    best: Math.max(...returns),
    worst: Math.min(...returns),
  };
}

const byNumber = (left: string, right: string): number => left.localeCompare(right, 'en', { numeric: true });
