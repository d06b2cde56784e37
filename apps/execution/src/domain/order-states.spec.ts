/** The diagram of an order's states in docs/tour.md is what `evaluateEvidence` does, tried from every state with all evidence. */
import { JournalRecord, ORDER_STATUSES, OrderStatus } from '@elvis/trading';
import { readFileSync } from 'node:fs';
import { aRecord } from '@elvis/testing';
import { Evidence, VenueReport } from './order-evidence';
import { evaluateEvidence } from './order-lifecycle';

const FILLED: Partial<Record<OrderStatus, string>> = { PARTIALLY_FILLED: '0.5', FILLED: '1' };

/** What the exchange may say of an order itself; DENIED is Elvis' own and no order of the exchange. */
const REPORTED = ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'] as const;
const EVIDENCE: readonly (readonly [label: string, evidence: Evidence])[] = [
  ...REPORTED.map((status): [string, Evidence] => ['reported', { kind: 'reported', report: report(status) }]),
  ['refused', { kind: 'refused', code: '-2010', reason: '' }],
  ['no clear answer', { kind: 'no-answer', reason: '' }],
  ['absent and can no longer arrive', { kind: 'absent' }],
  ['too old to ask about', { kind: 'unverifiable' }],
  ['no clear answer to a cancel', { kind: 'cancel-unclear' }],
];

function report(status: OrderStatus): VenueReport {
  return { exchangeOrderId: '77', status, filledQuantity: FILLED[status] ?? '0' };
}

const recordIn = (status: OrderStatus): JournalRecord =>
  aRecord({ status, filledQuantity: FILLED[status] ?? '0', exchangeOrderId: '77' });

/** Each way from one state to another, with all evidence that takes it. */
function diagram(): string {
  const ways = new Map<string, Set<string>>();
  for (const before of ORDER_STATUSES.filter((status) => status !== 'DENIED'))
    for (const [label, evidence] of EVIDENCE) {
      const judgement = evaluateEvidence(recordIn(before), evidence, 9);
      const after = judgement.verdict === 'changes' ? judgement.change.record.view.status : before;
      if (after === before) continue;
      const way = `${before} --> ${after}`;
      ways.set(way, (ways.get(way) ?? new Set()).add(label));
    }
  const lines = [...ways].map(([way, labels]) => `    ${way}: ${[...labels].join(', or ')}`);
  return ['stateDiagram-v2', '    [*] --> PENDING_NEW: the intent is written', ...lines].join('\n');
}

describe('the states of an order', () => {
  it('are drawn in docs/tour.md as the code has them', () => {
    const drawn = /```mermaid\n(stateDiagram[\s\S]*?)\n```/.exec(readFileSync('docs/tour.md', 'utf8'))?.[1];
    expect(drawn).toBe(diagram());
  });
});
