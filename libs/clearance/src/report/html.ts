/** The report as one file for people: no script, no link, nothing from elsewhere. */
import { GateResult } from '../gates/all-gates';
import { GROUPS } from '../gates/gate';
import { GoNoGoReport } from './report';

const TITLES = {
  SAFE: 'Does it stop, recover and stay within limits?',
  FID: 'Does it trade as designed, and is paper an honest picture?',
  EDGE: 'Is there reason to believe that it earns?',
  COST: 'Does it survive costs and worse luck?',
} as const;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ccc}
.pass{color:#0a5c2b}.fail{color:#a3130b}.unknown{color:#6b4a00}code{font-size:.8em;overflow-wrap:anywhere}small{color:#444}`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

export function goNoGoHtml(report: GoNoGoReport): string {
  const { subject, verdict, asOf, gates, evidence, doesNotShow, bindingHash } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(`${verdict}: ${subject.name}`)}</title><style>${STYLE}</style></head><body>
<h1>${escape(subject.name)}: ${verdict}</h1>
<p>${escape(sentence(report))}</p>
<p><small>Judged ${asOf}, run ${escape(report.runId)}, binding ${bindingHash}</small></p>
${GROUPS.map((group) =>
  section(
    TITLES[group],
    gates.filter((gate) => gate.group === group),
  ),
).join('\n')}
<h2>What this does not show</h2>
<ul>${doesNotShow.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>
<h2>Where the figures are from</h2>
<table><tr><th>Evidence</th><th>Rows</th><th>Audit log</th><th>Question and hash</th></tr>
${evidence
  .map(
    ({ item, count, auditFrom, auditTo, query, hash }) =>
      `<tr><td>${item}</td><td>${count}</td><td>${auditFrom === null ? '' : `${auditFrom} to ${auditTo}`}</td><td><code>${escape(query)}<br>${hash}</code></td></tr>`,
  )
  .join('\n')}
</table>
</body></html>
`;
}

/** The verdict in a sentence, with what is missing and when it can be had. */
export function sentence({ verdict, missing, daysMissing, earliestDay }: GoNoGoReport): string {
  const names = missing.join(', ');
  if (verdict === 'GO') return 'Every gate passes.';
  if (verdict === 'NO_GO') {
    const besides =
      daysMissing === null || daysMissing === 0 ? '' : ` Besides, ${daysMissing} days are missing.`;
    return `Failed: ${names}. No time alone changes that.${besides}`;
  }
  const next = verdict === 'GO_LIMITED' ? 'a full GO' : 'a limited GO';
  if (daysMissing === null)
    return `For ${next} there is missing: ${names}. No time alone brings it; the gates say what does.`;
  if (daysMissing === 0)
    return `For ${next} there is missing: ${names}. It can be had today; the gates say how.`;
  return `For ${next} there is missing: ${names}. ${daysMissing} days are missing: it cannot be had before ${earliestDay}.`;
}

function section(title: string, gates: readonly GateResult[]): string {
  if (gates.length === 0) return '';
  const rows = gates.map(
    ({ id, answer, asks, because, passes }) =>
      `<tr><td>${id}</td><td class="${answer}"><b>${answer}</b></td><td>${escape(asks)}<br>${escape(because)}<br><small>Passes: ${escape(passes)}</small></td></tr>`,
  );
  return `<h2>${title}</h2>\n<table>${rows.join('\n')}</table>`;
}
