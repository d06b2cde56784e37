/** The suites that take longest begin first, so that none of them runs alone at the end; jest's own order for the rest. */
const { default: Sequencer } = require('@jest/test-sequencer');

/** In this order: the kill switch's seeds compute and wait, so what only waits runs beside them. */
const LONGEST = [
  'test/faults/kill-switch/kill-switch.e2e-spec.ts',
  'test/author.e2e-spec.ts',
  'test/faults/account-modes.spec.ts',
  'test/security/slow-connections.spec.ts',
  'apps/execution/test/limiter.spec.ts',
  'apps/execution/test/account.spec.ts',
  'apps/risk/test/kill-switch.spec.ts',
  'apps/risk/test/spot-losses.spec.ts',
  'test/faults/order-records.spec.ts',
  'apps/trade-history/test/figures.property.spec.ts',
  'test/faults/front/front.e2e-spec.ts',
  'test/faults/parts/parts.e2e-spec.ts',
  'test/stack.e2e-spec.ts',
  'test/messages/order-messages.e2e-spec.ts',
  'test/faults/account-following.spec.ts',
  'apps/risk/test/order-decisions.spec.ts',
  'test/faults/kinds/kinds.spec.ts',
  'test/missing-inputs.spec.ts',
  'test/model/kill-switch-model.spec.ts',
  'test/faults/amendments/amendments.spec.ts',
  'test/conformance/clients.spec.ts',
  'apps/risk/test/controls.spec.ts',
  'apps/risk/test/losses.spec.ts',
  'apps/trade-history/test/ingest-faults.spec.ts',
];

module.exports = class SlowFirst extends Sequencer {
  async sort(tests) {
    const sorted = [...(await super.sort(tests))];
    const place = ({ path }) => LONGEST.findIndex((suite) => path.endsWith(`/${suite}`));
    const first = sorted.filter((test) => place(test) >= 0).sort((one, other) => place(one) - place(other));
    return [...first, ...sorted.filter((test) => place(test) < 0)];
  }
};
