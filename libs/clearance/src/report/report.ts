/** The report: it follows from the evidence and the thresholds alone, to the byte. */
import canonicalize from 'canonicalize';
import { Evidence, SubjectRow } from '../evidence/evidence';
import { Seal, hashOf, itemNames, sealOf } from '../evidence/seal';
import { GateResult, answerGates } from '../gates/all-gates';
import { Thresholds } from '../gates/gate';
import { Conclusion, conclude } from './verdict';

export const REPORT_SCHEMA = 'elvis.go-no-go.report/1';
const DAY_MS = 86_400_000;

export interface GoNoGoReport extends Conclusion {
  readonly schema: typeof REPORT_SCHEMA;
  readonly runId: string;
  readonly asOf: string;
  readonly subject: Omit<SubjectRow, 'bound'>;
  /** What a clearance of this report is bound to. */
  readonly bound: Readonly<Record<string, string>>;
  readonly bindingHash: string;
  readonly twoPerson: boolean;
  /** UTC day before which the next better verdict cannot be had; null where no time alone brings it. */
  readonly earliestDay: string | null;
  readonly gates: readonly GateResult[];
  readonly thresholds: Thresholds;
  readonly evidence: readonly Seal[];
  readonly doesNotShow: readonly string[];
}

/** How a judgement was asked for. */
export interface Asked {
  readonly runId: string;
  readonly thresholds: Thresholds;
  /** Whether two people decide; else why one is enough. */
  readonly twoPerson: boolean;
  readonly onePersonBecause: string;
}

const DOES_NOT_SHOW = [
  'Whether the market of the coming months will be like that of the evidence.',
  'What live orders would move: the paper market does not react to them.',
  'What was tried outside of this Elvis: the number of trials is what its ledger knows.',
  'Whether the exchange, the net or the account fails in a way that was not rehearsed.',
] as const;

export function goNoGoReport(asked: Asked, evidence: Evidence): GoNoGoReport {
  const { runId, thresholds, twoPerson, onePersonBecause } = asked;
  const [first] = evidence.subject.rows;
  if (first === undefined) throw new RangeError('The evidence names no subject');
  const { bound, ...subject } = first;
  const gates = answerGates(evidence, thresholds);
  const conclusion = conclude(gates);
  const { verdict, daysMissing } = conclusion;
  return {
    schema: REPORT_SCHEMA,
    runId,
    asOf: new Date(evidence.asOfMs).toISOString(),
    subject,
    bound: { ...bound, runId },
    bindingHash: hashOf({ ...bound, runId }),
    twoPerson,
    ...conclusion,
    earliestDay:
      daysMissing === null || verdict === 'NO_GO'
        ? null
        : new Date(evidence.asOfMs + daysMissing * DAY_MS).toISOString().slice(0, 10),
    gates,
    thresholds,
    evidence: itemNames(evidence).map((item) => sealOf(item, evidence)),
    doesNotShow: [
      ...DOES_NOT_SHOW,
      ...(evidence.liveFills.rows.length === 0
        ? ['How live fills compare with those on paper: there are none.']
        : []),
      ...(twoPerson ? [] : [`That two people agree: GO_TWO_PERSON is false, because ${onePersonBecause}`]),
      ...(thresholds.winRateOffBecause === ''
        ? []
        : [`Whether most trades win: not asked, because ${thresholds.winRateOffBecause}`]),
    ],
  };
}

/** RFC 8785: the same report has the same bytes on every machine. */
export const reportText = (report: GoNoGoReport): string => `${canonicalize(report) as string}\n`;
