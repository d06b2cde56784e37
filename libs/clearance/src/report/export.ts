/**
 * A judgement to be checked elsewhere: the report as it was given, and the evidence with a hash of each row. Whoever has
 * the file needs no database and no exchange.
 */
import { Evidence, ItemName } from '../evidence/evidence';
import { hashOf, itemNames, rowHashes, sealOf } from '../evidence/seal';
import { Asked, GoNoGoReport, goNoGoReport, reportText } from './report';

export interface GoNoGoExport {
  readonly schema: 'elvis.go-no-go.export/1';
  /** The bytes of the report. */
  readonly report: string;
  readonly asked: Asked;
  readonly evidence: Evidence;
  readonly rowHashes: Readonly<Record<string, readonly string[]>>;
}

export function exportOf(asked: Asked, evidence: Evidence): GoNoGoExport {
  return {
    schema: 'elvis.go-no-go.export/1',
    report: reportText(goNoGoReport(asked, evidence)),
    asked,
    evidence,
    rowHashes: Object.fromEntries(itemNames(evidence).map((item) => [item, rowHashes(evidence[item])])),
  };
}

/** What is not as it was, in words; none: the report follows from the evidence, byte for byte. */
export function verifyExport(exported: GoNoGoExport): readonly string[] {
  const { report, asked, evidence, rowHashes: known } = exported;
  const told = JSON.parse(report) as GoNoGoReport;
  const problems = itemNames(evidence).flatMap((item) => [
    ...changedRows(item, evidence, known[item] ?? []),
    ...changedItem(item, evidence, told),
  ]);
  if (problems.length > 0) return problems;
  return reportText(goNoGoReport(asked, evidence)) === report
    ? []
    : ['the report does not follow from its evidence: its answers, thresholds or binding were changed'];
}

function changedRows(item: ItemName, evidence: Evidence, known: readonly string[]): readonly string[] {
  const { rows } = evidence[item];
  const named = rows.flatMap((row, at) =>
    hashOf(row) === known[at] ? [] : [`${item}: row ${at + 1} (${nameOf(row)}) was changed`],
  );
  return rows.length === known.length
    ? named
    : [`${item}: there are ${rows.length} rows, and there were ${known.length}`, ...named.slice(0, 1)];
}

function changedItem(
  item: ItemName,
  evidence: Evidence,
  { evidence: seals }: GoNoGoReport,
): readonly string[] {
  const seal = seals.find((each) => each.item === item);
  return hashOf(seal ?? null) === hashOf(sealOf(item, evidence))
    ? []
    : [`${item}: its rows, its query or its audit range are not those of the report`];
}

/** What a row is called: its id, its day, its name. */
function nameOf(row: unknown): string {
  const fields = row as Readonly<Record<string, unknown>>;
  const name = ['id', 'backtestId', 'day', 'name', 'what', 'atMs', 'run'].find((each) => each in fields);
  return name === undefined ? 'the only one' : `${name} ${String(fields[name])}`;
}
