/** Does it trade as designed, and is paper an honest picture? */
import { bootstrapInterval, mean, notWorse, wilsonInterval } from '@elvis/statistics';
import { Gate, fail, pass, short, unknown } from './gate';

const LEAST_PARITY_STEPS = 100;
const LEAST_STEPS = 1_000;
const MOST_LATE = 0.001;
const LEAST_FILLS = 20;
const LEAST_LIMITS = 100;
const FILL_MARGIN = 0.1;
const MOVE = 0.02;
const NO_LIVE_FILLS = 'no live fills: only trading in GO_LIMITED brings them';

const fid = (gate: Omit<Gate, 'group' | 'isOfBot'>): Gate => ({ ...gate, group: 'FID', isOfBot: true });

export const FIDELITY_GATES: readonly Gate[] = [
  fid({
    id: 'FID-1',
    asks: 'Did it decide as a backtest of the same candles decides?',
    passes: 'every step, apart from what risk or a person had changed',
    from: ['parity'],
    find: ({ parity: { rows } }) => {
      const steps = rows.reduce((sum, row) => sum + row.steps, 0);
      const real = rows.reduce((sum, row) => sum + row.real, 0);
      if (real > 0)
        return fail(`${real} of ${steps} steps were missed or decided differently`, { value: real });
      if (steps < LEAST_PARITY_STEPS)
        return unknown(`${steps} steps were compared; at least ${LEAST_PARITY_STEPS} are needed`, {
          value: steps,
        });
      if (rows.some(({ isSameCode }) => !isSameCode))
        return unknown('the strategy was changed since its last run: let it run again');
      return pass(`${steps} steps were compared, none was decided differently`, { value: 0 });
    },
  }),
  fid({
    id: 'FID-2',
    asks: 'Are its steps in time?',
    passes: 'at most one step in a thousand late or missed',
    from: ['steps'],
    find: ({ steps: { rows } }) => {
      const late = rows.reduce((sum, row) => sum + row.late + row.missed, 0);
      const all = rows.reduce((sum, row) => sum + row.steps + row.missed, 0);
      if (all < LEAST_STEPS)
        return unknown(`${all} steps; at least ${LEAST_STEPS} are needed`, {
          value: all,
          daysMissing:
            rows.length === 0 ? null : Math.ceil((LEAST_STEPS - all) / Math.max(1, all / rows.length)),
        });
      const figures = { value: late / all, ...wilsonInterval(late, all) };
      const text = `${late} of ${all} steps were late or missed`;
      return late / all > MOST_LATE ? fail(text, figures) : pass(text, figures);
    },
  }),
  fid({
    id: 'FID-3',
    asks: 'Are live fills as good as those on paper?',
    passes: 'one-sided 95 %: not worse by more than GO_SHORTFALL_BPS',
    from: ['liveFills'],
    find: ({ liveFills: { rows } }, { shortfallBps }) => {
      const shortfalls = rows.map(({ shortfall }) => shortfall);
      if (shortfalls.length < LEAST_FILLS)
        return unknown(
          rows.length === 0 ? NO_LIVE_FILLS : `${rows.length} live fills; ${LEAST_FILLS} are needed`,
        );
      const figures = {
        value: mean(shortfalls),
        ...bootstrapInterval(shortfalls, mean, { seed: 1, resamples: 2_000 }),
      };
      const text = `live is worse by ${short(figures.value)} bp on average, of at most ${shortfallBps} bp`;
      if (
        notWorse(
          shortfalls.map((each) => -each),
          shortfallBps,
        ) < 0.05
      )
        return pass(text, figures);
      return (figures.low ?? -Infinity) > shortfallBps ? fail(text, figures) : unknown(text, figures);
    },
  }),
  fid({
    id: 'FID-4',
    asks: 'Are limit orders filled as often as on paper?',
    passes: 'within ten points',
    from: ['liveFills'],
    find: ({ liveFills: { rows } }) => {
      const limits = rows.filter(
        ({ liveFilled, paperFilled }) => liveFilled !== null && paperFilled !== null,
      );
      if (limits.length < LEAST_LIMITS)
        return unknown(
          rows.length === 0 ? NO_LIVE_FILLS : `${limits.length} limit orders; ${LEAST_LIMITS} are needed`,
        );
      const value = mean(limits.map((row) => Number(row.liveFilled) - Number(row.paperFilled)));
      const text = `live filled ${short(value * 100)} points more often than paper, over ${limits.length} limit orders`;
      return Math.abs(value) <= FILL_MARGIN ? pass(text, { value }) : fail(text, { value });
    },
  }),
  fid({
    id: 'FID-5',
    asks: 'Did it trade on paper for long enough, through a rising and a falling day?',
    passes: 'GO_PAPER_DAYS days, GO_PAPER_TRADES closed trades, a market day of +2 % and one of -2 %',
    from: ['paperDays', 'trades', 'marketDays'],
    find: ({ paperDays, trades, marketDays }, thresholds) => {
      const [days, closed] = [paperDays.rows.length, trades.rows.length];
      const rate = days === 0 ? 0 : closed / days;
      const forDays = Math.max(0, thresholds.paperDays - days);
      const forTrades = closed >= thresholds.paperTrades ? 0 : (thresholds.paperTrades - closed) / rate;
      const lacks = [
        ...(forDays > 0 ? [`${days} of ${thresholds.paperDays} days`] : []),
        ...(forTrades > 0 ? [`${closed} of ${thresholds.paperTrades} closed trades`] : []),
        ...(marketDays.rows.some(({ change }) => change >= MOVE) ? [] : ['no market day of +2 % yet']),
        ...(marketDays.rows.some(({ change }) => change <= -MOVE) ? [] : ['no market day of -2 % yet']),
      ];
      if (lacks.length === 0) return pass(`${days} days with ${closed} closed trades`, { value: days });
      // Without a single trade nothing says when there will be enough; the days are the least.
      const missing = Number.isFinite(forTrades) ? Math.ceil(Math.max(forDays, forTrades)) : forDays;
      return unknown(lacks.join(', '), { value: days, daysMissing: missing });
    },
  }),
  fid({
    id: 'FID-6',
    asks: "Does it trade at the exchange's own testnet?",
    passes: 'a small rehearsal there, with nothing broken',
    from: ['testnet'],
    find: ({ testnet: { rows } }) => {
      const broken = rows.flatMap((row) => row.broken);
      if (broken.length > 0) return fail(broken.join('; '), { value: broken.length });
      return rows.length === 0
        ? unknown('not run: npm run rehearse -- BOT --on testnet', { daysMissing: 0 })
        : pass(`${rows.length} rehearsals at the testnet, nothing broken`, { value: rows.length });
    },
  }),
];
