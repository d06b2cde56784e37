/** Every gate, in the order of a report: one that cannot be answered is unknown, never left out. */
import { Evidence } from '../evidence/evidence';
import { Seal, sealOf } from '../evidence/seal';
import { COST_GATES } from './cost';
import { EDGE_GATES } from './edge';
import { FIDELITY_GATES } from './fidelity';
import { Finding, Gate, Thresholds, unknown } from './gate';
import { SAFETY_GATES } from './safety';

export const GATES: readonly Gate[] = [...SAFETY_GATES, ...FIDELITY_GATES, ...EDGE_GATES, ...COST_GATES];

export interface GateResult extends Finding, Pick<Gate, 'id' | 'group' | 'asks' | 'passes'> {
  /** Where its figures are from. */
  readonly sources: readonly Seal[];
}

export const answerGates = (evidence: Evidence, thresholds: Thresholds): readonly GateResult[] => {
  // The installation has no strategy.
  const isOfBot = (evidence.subject.rows[0]?.strategy ?? null) !== null;
  return GATES.filter((gate) => isOfBot || !gate.isOfBot).map((gate) => ({
    id: gate.id,
    group: gate.group,
    asks: gate.asks,
    passes: gate.passes,
    ...answerGate(gate, evidence, thresholds),
    sources: gate.from.map((item) => sealOf(item, evidence)),
  }));
};

export function answerGate({ from, find }: Gate, evidence: Evidence, thresholds: Thresholds): Finding {
  const lacks = [...new Set(from.flatMap((item) => evidence[item].why ?? []))];
  return lacks.length > 0 ? unknown(lacks.join('; ')) : find(evidence, thresholds);
}
