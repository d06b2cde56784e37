/**
 * Each alert fires on the series that it is for and on no healthy one (judged by promtool), has its section in the runbook,
 * and every metric that rules and panels ask is one that a service registers.
 */
import { elvisHome, ensurePrograms } from '@elvis/testing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ALERT_RULES, ruleFile, ruleTests } from './alert-rules';
import { DASHBOARDS, grafanaJson } from './dashboards';

/** Time to fetch Debian's promtool on a machine that has none. */
const SET_UP_LIMIT_MS = 180_000;

const sources = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8')),
);

/** Prometheus's own, and what prom-client registers in every process. */
const OF_ALL = ['up', 'process_cpu_seconds_total', 'process_resident_memory_bytes'];
const registered = new Set([
  ...OF_ALL,
  ...sources.flatMap((text) =>
    [...text.matchAll(/\.(counter|gauge|gaugeOf|histogram)\(\s*'(\w+)'/g)].flatMap(([, kind, name = '']) =>
      kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  ),
]);
const metricsIn = (query: string): string[] =>
  query.match(/\b(elvis|gateway|process|nodejs)_\w+|\bup\b/g) ?? [];
const panels = DASHBOARDS.flatMap(({ name, panels: all }) =>
  all.flatMap(({ title, asks }) =>
    Object.keys(asks).map((query): [string, string] => [`${name}: ${title}`, query]),
  ),
);
const asked = [...ALERT_RULES.map(({ name, expr }): [string, string] => [name, expr]), ...panels];

describe('alerts and dashboards', () => {
  it.each(asked)('%s asks for what a service tells', (_, query) => {
    const metrics = metricsIn(query);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((metric) => !registered.has(metric))).toEqual([]);
  });

  it('notices a metric that no service tells', () => {
    expect(
      metricsIn('rate(elvis_never_told_total[5m])').filter((metric) => !registered.has(metric)),
    ).toHaveLength(1);
  });

  it.each(ALERT_RULES.map(({ name }) => [name]))('%s has its section in the runbook', (name) => {
    const [, section = ''] =
      new RegExp(`\n### ${name}\n\n([^#]+)`).exec(readFileSync('docs/runbook.md', 'utf8')) ?? [];
    expect([name, section.length > 60]).toEqual([name, true]);
  });

  it('has no dashboard that Grafana could not read', () => {
    for (const dashboard of DASHBOARDS) {
      const { panels: drawn, uid } = JSON.parse(grafanaJson(dashboard)) as { panels: object[]; uid: string };
      expect([uid, drawn.length]).toEqual([`elvis-${dashboard.name}`, dashboard.panels.length]);
    }
  });

  it(
    'each rule fires when it should and is silent when it should, and each query can be read (promtool)',
    async () => {
      const program = await ensurePrograms(['promtool'], elvisHome()).catch(() => undefined);
      if (!program) return console.log('NOT RUN: promtool is not on this machine and could not be fetched');
      const { path, env } = program.promtool;
      const folder = mkdtempSync(join(tmpdir(), 'elvis-rules-'));
      try {
        const promtool = (...args: string[]): string =>
          execFileSync(path, args, {
            cwd: folder,
            env: { ...process.env, ...env },
            stdio: 'pipe',
          }).toString();
        writeFileSync(join(folder, 'rules.yml'), stringify(ruleFile()));
        writeFileSync(join(folder, 'tests.yml'), stringify(ruleTests('rules.yml')));
        expect(promtool('check', 'rules', 'rules.yml')).toContain(`${ALERT_RULES.length} rules found`);
        expect(promtool('test', 'rules', 'tests.yml')).toContain('SUCCESS');
        const queries = {
          groups: [
            { name: 'panels', rules: panels.map(([, expr], index) => ({ record: `panel:${index}`, expr })) },
          ],
        };
        writeFileSync(join(folder, 'panels.yml'), stringify(queries));
        expect(promtool('check', 'rules', '--lint=none', 'panels.yml')).toContain(
          `${panels.length} rules found`,
        );
        // A rule whose healthy series makes it fire is noticed.
        const turned = JSON.parse(JSON.stringify(ruleTests('rules.yml'))) as {
          tests: { promql_expr_test: { exp_samples: { value: number }[] }[] }[];
        };
        turned.tests[0]!.promql_expr_test[0]!.exp_samples[0]!.value = 0;
        writeFileSync(join(folder, 'turned.yml'), stringify(turned));
        expect(() => promtool('test', 'rules', 'turned.yml')).toThrow();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    SET_UP_LIMIT_MS,
  );
});
