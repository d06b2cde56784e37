import { Json, operation } from '../builder';

export const stopPaths: Readonly<Record<string, Json>> = {
  '/api/v1/emergency_stop': {
    post: operation({
      id: 'emergencyStop',
      tag: 'Kill switch',
      scope: 'halt',
      summary: 'Stop everything',
      description:
        'Answers when the exchange is verified to have no open orders, or after KILL_SWITCH_ANSWER_TIMEOUT_MS with the phase reached. If risk or the bus is unavailable the gateway sets the switch in Redis itself and answers `drained: false`.',
      body: { schema: 'StopRequest', required: false, example: { reason: 'prices look wrong' } },
      answers: {
        200: { description: 'Stopped, or an active stop was widened.', schema: 'Stop' },
        409: {
          description:
            'An active stop already covers this request; it is shown. Sent as application/problem+json.',
          schema: 'StopConflict',
          otherTypes: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/StopConflict' } },
          },
        },
      },
    }),
    delete: operation({
      id: 'clearStop',
      tag: 'Kill switch',
      scope: 'clear',
      summary: 'Allow trading again',
      body: {
        schema: 'ClearRequest',
        required: false,
        example: { reason: 'prices are right again', epoch: 7 },
      },
      answers: {
        200: { description: 'Cleared.', schema: 'Cleared' },
        202: { description: 'Another person has to confirm; the stop is still in force.', schema: 'Cleared' },
      },
      failures: { 409: ['STOP_NEWER_THAN_CLEAR', 'STOP_NOT_VERIFIED', 'STOP_CONDITION_LASTS'] },
    }),
  },
  '/api/v1/emergency_stop/status': {
    get: operation({
      id: 'stopStatus',
      tag: 'Kill switch',
      scope: 'read',
      summary: 'Whether a stop is in force',
      answers: { 200: { description: 'Read from Redis for each request.', schema: 'StopStatus' } },
    }),
  },
  '/health': {
    get: operation({
      id: 'health',
      tag: 'Health',
      scope: 'public',
      summary: 'Alive',
      answers: { 200: { description: 'The process runs.', schema: 'Alive' } },
    }),
  },
  '/health/ready': {
    get: operation({
      id: 'ready',
      tag: 'Health',
      scope: 'public',
      summary: 'Ready',
      answers: {
        200: { description: 'Ready. A halted system is ready too.', schema: 'Readiness' },
        503: { description: 'A dependency is unavailable.', schema: 'Readiness' },
      },
    }),
  },
};
