/** Does it stop, recover and stay within limits? */
import { ProofRow } from '../evidence/evidence';
import { Finding, Gate, fail, pass, unknown } from './gate';

const DAY_MS = 86_400_000;
const DRILL_DAYS = 7;
const UNPROTECTED_SECONDS = 2;
/** Risk's limits that have to be set before anything goes live (RTS 6, Article 8), and those of the bot. */
const LIMITS = [
  'RISK_MAX_ORDER_NOTIONAL',
  'RISK_MAX_POSITION_NOTIONAL',
  'RISK_MAX_GROSS_NOTIONAL',
  'RISK_MAX_OPEN_ORDERS',
  'RISK_MAX_ORDERS_PER_SECOND',
  'RISK_MAX_DAILY_LOSS',
  'RISK_MAX_DRAWDOWN',
  'leverage',
  'symbols',
] as const;
const KINDS = ['restart', 'feed-loss', 'halt'] as const;

const newest = (rows: readonly ProofRow[]): ProofRow | undefined =>
  [...rows].sort((one, other) => other.endedAtMs - one.endedAtMs)[0];
const safe = (gate: Omit<Gate, 'group' | 'isOfBot'>, isOfBot = false): Gate => ({
  ...gate,
  group: 'SAFE',
  isOfBot,
});

export const SAFETY_GATES: readonly Gate[] = [
  safe({
    id: 'SAFE-1',
    asks: 'Is the record of the period as it was written?',
    passes: 'the audit chain verifies and its checkpoints are signed',
    from: ['audit'],
    find: ({ audit: { rows } }) => {
      const [log] = rows;
      if (log === undefined || log.entries === 0)
        return unknown('the audit log has no entry yet', { daysMissing: 0 });
      if (log.fault !== null) return fail(log.fault, { value: log.entries });
      return log.checkpoints === 0
        ? unknown('no checkpoint of the audit log is signed yet', { daysMissing: 0 })
        : pass(`entries ${log.first} to ${log.last} verify, with ${log.checkpoints} signed checkpoints`, {
            value: log.entries,
          });
    },
  }),
  safe({
    id: 'SAFE-2',
    asks: 'Do the invariants of this build hold when parts die, answers are lost and the exchange refuses?',
    passes: 'a rehearsal of this build with so many seeds, no invariant broken, no order twice',
    from: ['rehearsals', 'subject'],
    find: ({ rehearsals, subject }, { rehearsalSeeds }) => {
      const build = subject.rows[0]?.bound.build ?? '';
      const own = rehearsals.rows.filter((row) => row.build === build);
      const broken = own.flatMap((row) => row.broken);
      const seeds = own.reduce((sum, { counts }) => sum + (counts.seeds ?? 0), 0);
      if (broken.length > 0)
        return fail(`broken in rehearsals of this build: ${broken.join('; ')}`, { value: seeds });
      return seeds < rehearsalSeeds
        ? unknown(
            `${seeds} of ${rehearsalSeeds} seeds were rehearsed with this build (${build}): npm run rehearse`,
            {
              value: seeds,
              daysMissing: 0,
            },
          )
        : pass(`${seeds} seeds were rehearsed with this build, and every invariant held`, { value: seeds });
    },
  }),
  safe({
    id: 'SAFE-3',
    asks: 'Was the kill switch pulled lately, in every way, and did it stop everything in time?',
    passes: `a drill of the last ${DRILL_DAYS} days without a broken promise`,
    from: ['drills'],
    find: ({ drills, asOfMs }) => {
      const last = newest(drills.rows);
      if (last === undefined || last.endedAtMs < asOfMs - DRILL_DAYS * DAY_MS)
        return unknown(`no drill in the last ${DRILL_DAYS} days: npm run drill`, { daysMissing: 0 });
      return told(last, `the drill pulled it in ${last.counts.ways ?? 0} ways`);
    },
  }),
  safe({
    id: 'SAFE-4',
    asks: 'Is every limit set that bounds what can go wrong?',
    passes: 'orders, positions, loss, leverage and symbols are limited; none is off',
    from: ['limits'],
    find: ({ limits: { rows } }) => {
      const open = LIMITS.filter((name) => (rows.find((row) => row.name === name)?.value ?? 'off') === 'off');
      return open.length > 0
        ? fail(`not limited: ${open.join(', ')}`, { value: open.length })
        : pass(`${LIMITS.length} limits are set`, { value: 0 });
    },
  }),
  safe({
    id: 'SAFE-5',
    asks: 'Is anything open that a person has to look into?',
    passes: 'no order with an unknown outcome, no difference to the exchange, no dead letter',
    from: ['problems'],
    find: ({ problems: { rows } }) => {
      const open = rows.filter(({ count }) => count > 0);
      const value = open.reduce((sum, { count }) => sum + count, 0);
      return value > 0
        ? fail(open.map(({ what, count }) => `${count} ${what}`).join(', '), { value })
        : pass('nothing is open', { value: 0 });
    },
  }),
  safe(
    {
      id: 'SAFE-6',
      asks: 'Was a position ever without its stop?',
      passes: `never for longer than ${UNPROTECTED_SECONDS} s`,
      from: ['unprotected', 'trades'],
      find: ({ unprotected, trades }) => {
        const longest = Math.max(0, ...unprotected.rows.map(({ seconds }) => seconds));
        if (longest > UNPROTECTED_SECONDS)
          return fail(`a position was without its stop for ${longest.toFixed(1)} s`, { value: longest });
        return trades.rows.length === 0
          ? unknown('no position was closed yet')
          : pass('no position was reported without its stop', { value: longest });
      },
    },
    true,
  ),
  safe({
    id: 'SAFE-7',
    asks: 'Is the machine, the account and the set-up ready?',
    passes: 'the preflight of the last day found nothing',
    from: ['doctor'],
    find: ({ doctor, asOfMs }) => {
      const last = newest(doctor.rows);
      if (last === undefined || last.endedAtMs < asOfMs - DAY_MS)
        return unknown('the preflight was not run within a day: npm run doctor', { daysMissing: 0 });
      return told(last, `the preflight for ${last.mode} asked ${last.counts.checks ?? 0} questions`);
    },
  }),
  safe({
    id: 'SAFE-8',
    asks: 'Did it come through a restart, a lost market feed and a halt with nothing lost?',
    passes: 'each at least once, nothing lost',
    from: ['interruptions'],
    find: ({ interruptions: { rows } }) => {
      const lost = rows.reduce((sum, row) => sum + row.lost, 0);
      if (lost > 0) return fail(`${lost} orders, fills or steps were lost`, { value: lost });
      const left = KINDS.filter((kind) => rows.every((row) => row.kind !== kind));
      return left.length > 0
        ? unknown(`not seen yet: ${left.join(', ')}; npm run rehearse has each`, {
            daysMissing: 0,
          })
        : pass(`${rows.length} interruptions of all kinds, nothing lost`, { value: rows.length });
    },
  }),
];

const told = ({ broken, counts }: ProofRow, what: string): Finding =>
  broken.length > 0
    ? fail(`${what}; not in order: ${broken.join('; ')}`, { value: broken.length })
    : pass(`${what}, and all was in order`, { value: counts.ways ?? counts.checks ?? 0 });
