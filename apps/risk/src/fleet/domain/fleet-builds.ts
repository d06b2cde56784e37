/**
 * Whether the replicas that decide about orders and those that send them understand each other. Different builds do, as
 * long as their contracts are of one version: so a rolling update goes on trading. A replica that does not say which
 * version it speaks is one that nobody understands.
 */
export interface FleetReplica {
  readonly name: string;
  /** Undefined if it does not say. */
  readonly build?: string;
  readonly contracts?: number;
  /** Since it was last heard. */
  readonly ageMs: number;
}

/** Six heartbeats: a replica that was silent for so long is gone, or can send nothing. */
export const ALIVE_MS = 3_000;

const aliveReplicas = (replicas: readonly FleetReplica[]): readonly FleetReplica[] =>
  replicas.filter(({ ageMs }) => ageMs <= ALIVE_MS);

/** The builds that are alive, by name. */
export const buildsOf = (replicas: readonly FleetReplica[]): readonly string[] =>
  [...new Set(aliveReplicas(replicas).map(nameOf))].sort();

/** Who speaks which version, if those who are alive do not all speak the same; else undefined. */
export function disagreementOf(replicas: readonly FleetReplica[]): string | undefined {
  const byVersion = new Map<string, Set<string>>();
  for (const replica of aliveReplicas(replicas)) {
    const version = `contracts ${replica.contracts ?? 'unknown'}`;
    byVersion.set(
      version,
      (byVersion.get(version) ?? new Set()).add(`${replica.name} of ${nameOf(replica)}`),
    );
  }
  if (byVersion.size < 2) return undefined;
  const told = [...byVersion].map(([version, speakers]) => `${version}: ${[...speakers].sort().join(', ')}`);
  return told.sort().join('; ');
}

const nameOf = ({ build }: FleetReplica): string => build ?? 'an unknown build';
