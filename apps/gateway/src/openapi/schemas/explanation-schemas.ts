import { EXPLAINED_BY, STAGE_KINDS } from '@elvis/contracts';
import { DENIAL_CODES } from '@elvis/trading';
import { text } from '../schema-parts';
import { Json, many, mapOf, oneOf, ref, shape } from '../shape';

export const explanationSchemas: Readonly<Record<string, Json>> = {
  CheckLine: shape({
    name: text('What was looked at.'),
    outcome: oneOf(['passed', 'denied', 'not-asked']),
    figure: 'text?',
    limit: {
      type: ['string', 'null'],
      description: 'What the figure was held against; `off` where a limit is off.',
    },
    code: { type: ['string', 'null'], description: 'Of the denial.' },
  }),
  OrderPreview: shape({
    verdict: oneOf(['APPROVED', 'DENIED']),
    denial: {
      oneOf: [shape({ code: oneOf(DENIAL_CODES), context: mapOf('text') }), { type: 'null' }],
    },
    checks: many(ref('CheckLine')),
    notional: { type: ['string', 'null'], description: 'Worth at worst, in the quote asset.' },
    leverage: 'whole?',
    at: 'time',
  }),
  ExplainedStage: shape(
    {
      kind: oneOf(STAGE_KINDS),
      title: text('A few words.'),
      at: 'time',
      sinceMs: {
        type: ['number', 'null'],
        description: 'Since the stage before; below zero where the clocks of Elvis and the exchange differ.',
      },
      auditSeq: { type: ['integer', 'null'], description: 'Its number in the audit log.' },
      hash: { type: ['string', 'null'], description: 'Of that entry, hexadecimal.' },
      traceId: 'text?',
      facts: mapOf('text'),
      checks: many(ref('CheckLine')),
    },
    ['checks'],
  ),
  ExplainedChain: shape({
    clientOrderId: 'text?',
    stepId: { type: ['string', 'null'], description: '`<bot>:<run>:<step>`.' },
    order: { oneOf: [ref('Order'), { type: 'null' }] },
    stages: many(ref('ExplainedStage')),
  }),
  Explanation: shape({
    id: text('As it was asked by.'),
    askedAs: oneOf(EXPLAINED_BY),
    chains: many(ref('ExplainedChain')),
  }),
};
