/** Judgements and clearances over REST. */
import { GO_NO_GO_DECISIONS, GO_NO_GO_STATUSES } from '@elvis/contracts';
import { GO_NO_GO_VERDICTS } from '@elvis/trading';
import { text, uuid } from '../schema-parts';
import { Json, many, mapOf, oneOf, shape, strict } from '../shape';

const uuidOrNull: Json = { type: ['string', 'null'], format: 'uuid' };
const reason: Json = { type: 'string', minLength: 3, maxLength: 500 };

export const goNoGoSchemas: Readonly<Record<string, Json>> = {
  NewGoNoGo: strict(shape({ botId: { ...uuid, description: 'The installation if absent.' } }, ['botId'])),
  GoNoGoDecision: strict(shape({ decision: oneOf(GO_NO_GO_DECISIONS), reason })),
  Revocation: strict(shape({ reason })),
  GoNoGo: shape({
    id: uuid,
    botConfigId: { ...uuidOrNull, description: 'Null for the installation.' },
    owner: 'text',
    status: oneOf(GO_NO_GO_STATUSES),
    problem: 'text?',
    verdict: {
      ...oneOf([...GO_NO_GO_VERDICTS]),
      type: ['string', 'null'],
      enum: [...GO_NO_GO_VERDICTS, null],
    },
    says: { type: ['string', 'null'], description: 'The verdict in a sentence, with what is missing.' },
    missing: { ...many('text'), description: 'Gates that stand in the way of a better verdict.' },
    daysMissing: { type: ['integer', 'null'], description: 'Null where no time alone helps.' },
    earliestDay: { type: ['string', 'null'], description: 'UTC day such as 2026-12-14.' },
    answers: { ...mapOf(oneOf(['pass', 'fail', 'unknown'])), description: 'By gate.' },
    reportHash: 'text?',
    deciders: many(shape({ actor: 'text', decision: oneOf(GO_NO_GO_DECISIONS), reason: 'text', at: 'time' })),
    clearanceId: uuidOrNull,
    startedAt: 'time',
    endedAt: 'time?',
  }),
  Clearance: shape({
    id: uuid,
    runId: uuid,
    botConfigId: { ...uuidOrNull, description: 'Null for the installation.' },
    verdict: oneOf(['GO', 'GO_LIMITED']),
    binding: text('SHA-256 over `bound`.'),
    bound: mapOf('text'),
    limits: {
      type: ['object', 'null'],
      additionalProperties: true,
      description: 'Of GO_LIMITED: `symbol maxOrderNotional maxPositionNotional maxOrdersADay maxDailyLoss`.',
    },
    decidedBy: many('text'),
    createdAt: 'time',
    expiresAt: 'time',
    revokedAt: 'time?',
    revokedBecause: 'text?',
  }),
};
