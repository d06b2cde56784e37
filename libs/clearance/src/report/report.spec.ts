import { aBacktest, anEvidence, fills, item, normals, notHad, paper, trades } from '../../test/an-evidence';
import { GATES, answerGate } from '../gates/all-gates';
import { DEFAULT_THRESHOLDS } from '../gates/gate';
import { Evidence } from '../evidence/evidence';
import { GoNoGoExport, exportOf, verifyExport } from './export';
import { goNoGoHtml, sentence } from './html';
import { Asked, goNoGoReport } from './report';
import { conclude } from './verdict';

const asked: Asked = {
  runId: 'run-1',
  thresholds: DEFAULT_THRESHOLDS,
  twoPerson: true,
  onePersonBecause: '',
};
const reportOf = (evidence: Evidence) => goNoGoReport(asked, evidence);
const NO_LIVE = { liveFills: fills(0, 0), testnet: item() };
const limited = reportOf(anEvidence(NO_LIVE));

describe('a verdict', () => {
  it('is GO when all pass, live fills too', () => {
    expect(reportOf(anEvidence())).toMatchObject({ verdict: 'GO', missing: [], daysMissing: 0 });
  });

  it('is GO_LIMITED while only what needs time or live fills is open', () => {
    expect(limited).toMatchObject({
      verdict: 'GO_LIMITED',
      missing: ['FID-3', 'FID-4', 'FID-6'],
    });
  });

  it('is NO_GO as soon as one fails, whatever the others say', () => {
    const evidence = anEvidence({
      ...NO_LIVE,
      drills: item(),
      backtest: item(aBacktest({ overfitting: 0.3 })),
    });
    expect(reportOf(evidence)).toMatchObject({ verdict: 'NO_GO', missing: ['EDGE-3'], earliestDay: null });
  });

  it('says that what takes no days can be had today', () => {
    const report = reportOf(anEvidence({ ...NO_LIVE, drills: item() }));
    expect(report).toMatchObject({ verdict: 'NOT_YET', missing: ['SAFE-3'], daysMissing: 0 });
    expect(sentence(report)).toContain('SAFE-3. It can be had today; the gates say how.');
  });

  it('of NO_GO says how many days are missing besides what failed', () => {
    const failing = { ...NO_LIVE, backtest: item(aBacktest({ overfitting: 0.3 })) };
    const early = { paperDays: paper(normals(4, 6, 0.004, 0.01)), trades: trades(40) };
    const report = reportOf(anEvidence({ ...failing, ...early }));
    expect(report).toMatchObject({ verdict: 'NO_GO', daysMissing: 10, earliestDay: null });
    expect(sentence(report)).toContain('No time alone changes that. Besides, 10 days are missing.');
    expect(sentence(reportOf(anEvidence(failing)))).toMatch(/No time alone changes that\.$/);
  });

  it.each(['audit', 'rehearsals', 'drills', 'limits', 'doctor', 'parity', 'steps', 'depth'] as const)(
    'is NOT_YET without %s',
    (name) => {
      const evidence = anEvidence({ ...NO_LIVE, [name]: notHad });
      const gates = limited.gates.map((known) => {
        const gate = GATES.find(({ id }) => id === known.id)!;
        const isTouched = gate.from.includes(name);
        return isTouched ? { ...known, ...answerGate(gate, evidence, DEFAULT_THRESHOLDS) } : known;
      });
      expect(conclude(gates)).toMatchObject({ verdict: 'NOT_YET' });
    },
  );

  it('names the earliest day', () => {
    const early = { paperDays: paper(normals(4, 6, 0.004, 0.01)), trades: trades(40) };
    const report = reportOf(anEvidence({ ...NO_LIVE, ...early }));
    expect(report).toMatchObject({ verdict: 'NOT_YET', daysMissing: 10, earliestDay: '2026-12-10' });
    expect(sentence(report)).toContain('10 days are missing');
  });

  it('of two weeks on paper with sixty trades and great results is GO_LIMITED, with the days that are missing (G12)', () => {
    const great = {
      paperDays: paper(normals(14, 6, 0.02, 0.04)),
      trades: trades(60),
      backtest: item(aBacktest({ outOfSample: [], dailyReturns: normals(200, 3, 0.01, 0.04) })),
      trials: item(
        ...normals(40, 7, 0, 0.1).map((dailySharpe, n) => ({ backtestId: 'b', n, dailySharpe, auditSeq: n })),
      ),
    };
    const report = reportOf(anEvidence({ ...NO_LIVE, ...great }));
    expect(report).toMatchObject({ verdict: 'GO_LIMITED' });
    expect(report.missing).toContain('EDGE-2');
    expect(report.daysMissing).toBeGreaterThan(0);
    expect(goNoGoHtml(report)).toContain(`${report.daysMissing} days are missing`);
  });
});

/** Judged by the gates of safety alone, and with the rows of all. */
const ofInstallation = anEvidence({
  subject: item({ ...anEvidence().subject.rows[0]!, strategy: null, botConfigId: null }),
});

describe('a report', () => {
  it('has no link and no script, and says what it does not show', () => {
    const html = goNoGoHtml(limited);
    expect(html).not.toMatch(/<script|https?:|src=|href=/);
    expect(html).toContain('What this does not show');
    expect(html).toContain('there are none');
  });

  it('shows a name as text', () => {
    const html = goNoGoHtml({ ...limited, subject: { ...limited.subject, name: '<b>&"bot' } });
    expect(html).toContain('&#60;b&#62;&#38;&#34;bot');
  });

  it('prints why one person is enough', () => {
    const alone = { ...asked, twoPerson: false, onePersonBecause: 'one person runs it' };
    expect(goNoGoReport(alone, ofInstallation).doesNotShow.join()).toContain('one person runs it');
  });
});

describe('an export', () => {
  const readBack = (evidence: Evidence): GoNoGoExport =>
    JSON.parse(JSON.stringify(exportOf(asked, evidence))) as GoNoGoExport;
  type Writable = { -readonly [Key in keyof GoNoGoExport]: GoNoGoExport[Key] };
  const changed = (change: (copy: Writable) => void): readonly string[] => {
    const copy = readBack(ofInstallation) as Writable;
    change(copy);
    return verifyExport(copy);
  };

  it('verifies from its text alone', () => {
    expect(verifyExport(readBack(anEvidence()))).toEqual([]);
  });

  it('names a trade that was flipped (G8)', () => {
    const problems = changed((copy) => {
      (copy.evidence.trades.rows[2] as { net: string }).net = '-2';
    });
    expect(problems).toContain('trades: row 3 (id b.trade.2) was changed');
  });

  it('names the item whose row and hash were both changed', () => {
    const problems = changed((copy) => {
      const trial = copy.evidence.trials.rows[0] as { dailySharpe: number };
      trial.dailySharpe = 0.1;
      const other = exportOf(asked, copy.evidence);
      copy.rowHashes = other.rowHashes;
    });
    expect(problems).toEqual(['trials: its rows, its query or its audit range are not those of the report']);
  });

  it('notices a trial that was taken away (G2)', () => {
    const problems = changed((copy) => {
      copy.evidence = { ...copy.evidence, trials: item() };
    });
    expect(problems[0]).toBe('trials: there are 0 rows, and there were 1');
  });

  it('notices another answer in the report', () => {
    const problems = changed((copy) => {
      copy.report = copy.report.replace('"verdict":"GO"', '"verdict":"NO_GO"');
    });
    expect(problems).toEqual([
      'the report does not follow from its evidence: its answers, thresholds or binding were changed',
    ]);
  });
});
