import { ALERT_KIND_NAMES, ALERT_SEVERITIES, ALERT_STATES } from '@elvis/contracts';
import { text, uuid } from '../schema-parts';
import { Json, mapOf, oneOf, shape, strict } from '../shape';

export const alertSchemas: Readonly<Record<string, Json>> = {
  Alert: shape({
    id: uuid,
    kind: oneOf(ALERT_KIND_NAMES),
    severity: oneOf(ALERT_SEVERITIES),
    state: oneOf(ALERT_STATES),
    key: text('What it is about: a symbol, an order, a bot, a scope.'),
    text: text('One sentence, of the newest of them.'),
    figures: mapOf('text'),
    openedAt: 'time',
    lastAt: 'time',
    count: 'whole',
    traceId: 'text?',
    auditSeq: { type: ['integer', 'null'], description: 'Where the audit log has the first of them.' },
    acknowledgedAt: 'time?',
    acknowledgedBy: 'text?',
    note: 'text?',
    resolvedAt: 'time?',
  }),
  AlertAcknowledgement: strict(shape({ note: { type: 'string', minLength: 1, maxLength: 500 } })),
};
