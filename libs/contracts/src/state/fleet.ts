/**
 * Which builds serve side by side. Every replica on an order's way says in its heartbeat what build it is and which
 * version of these contracts it speaks. Builds that differ may serve together, as they do in every rolling update;
 * versions that differ do not understand each other, and while both are alive nothing opens.
 */

/**
 * Raise it whenever a replica of the build before could misread one of this build, or the other way round: a field that
 * is gone, newly required or means something else. A spec compares the messages with those of the version stated here.
 */
export const CONTRACTS_VERSION = 1;

/** Hash `<replica>` -> JSON of an execution replica's last heartbeat. */
export const EXECUTION_REPLICAS_KEY = 'ELVIS_EXECUTION_REPLICAS';
/** Hash `<replica>` -> JSON of a risk replica's last heartbeat. */
export const RISK_REPLICAS_KEY = 'ELVIS_RISK_REPLICAS';

/** A build that was not given a name. */
export const UNNAMED_BUILD = 'unnamed';

/** What a replica says of itself in its heartbeat, beside what else stands there. */
export interface BuildNote {
  readonly build: string;
  readonly contracts: number;
}
