/**
 * `npm run docs:events`: writes docs/events.md and docs/schemas from the contracts, docs/state.md from the
 * sources. Refuses a change that readers of
 * the present schemas would trip over: such a change is a new version of the event.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { incompatibilities } from './compatibility';
import { EventEntry, messageSchema, readEvents } from './event-catalogue';
import { REPORT_SCHEMA_PATH, readReportSchema } from './report-schema';
import { STATE_PAGE, readState, renderState } from './state-map';
import { JsonSchema } from './type-schema';

const PAGE = 'docs/events.md';
const SCHEMAS = 'docs/schemas';

/** Every schema that is published, by its path from the root: of each event, and of a backtest's report. */
export const readSchemas = (root: string, events: readonly EventEntry[]): Map<string, JsonSchema> =>
  new Map([
    ...events.map((event): [string, JsonSchema] => [schemaPath(event), messageSchema(event)]),
    [REPORT_SCHEMA_PATH, readReportSchema(root)],
  ]);

/** Every file that is generated, by its path from the root. */
export const renderEvents = (
  events: readonly EventEntry[],
  schemas: ReadonlyMap<string, JsonSchema>,
): Map<string, string> =>
  new Map([
    [PAGE, page(events)],
    ...[...schemas].map(([path, schema]): [string, string] => [
      path,
      `${JSON.stringify(schema, undefined, 2)}\n`,
    ]),
  ]);

/** What readers of the schemas in `root` would trip over. */
export const brokenPromises = (root: string, schemas: ReadonlyMap<string, JsonSchema>): string[] =>
  [...schemas].flatMap(([path, schema]) => {
    if (!existsSync(join(root, path))) return [];
    const before = JSON.parse(readFileSync(join(root, path), 'utf8')) as JsonSchema;
    return incompatibilities(before, schema).map((problem) => `${path}: ${problem}`);
  });

export function operate({ root, args }: { root: string; args: readonly string[] }): number {
  const events = readEvents(root);
  const schemas = readSchemas(root, events);
  const broken = brokenPromises(root, schemas);
  if (broken.length > 0 && !args.includes('--force')) {
    console.error(
      `Readers of these schemas would trip; give the event or the report a new version:\n  ${broken.join('\n  ')}`,
    );
    return 1;
  }
  mkdirSync(join(root, SCHEMAS), { recursive: true });
  const files = renderEvents(events, schemas);
  for (const [path, text] of files) writeFileSync(join(root, path), text);
  for (const name of readdirSync(join(root, SCHEMAS))) {
    if (!files.has(`${SCHEMAS}/${name}`)) rmSync(join(root, SCHEMAS, name));
  }
  writeFileSync(join(root, STATE_PAGE), renderState(readState(root)));
  console.log(`${events.length} events written to ${PAGE} and ${SCHEMAS}/; ${STATE_PAGE} written`);
  return 0;
}

const schemaPath = ({ name, version }: EventEntry): string => `${SCHEMAS}/${name}.v${version}.json`;

const page = (events: readonly EventEntry[]): string => `# Events

<!-- Written by \`npm run docs:events\` from libs/contracts; do not edit. A test fails when it is stale. -->

Everything that happens in Elvis is an event on the JetStream stream \`ELVIS_EVENTS\`, and the events are for you:
subscribe with the user \`auditor\` (\`natsUrl\` in \`.elvis/stack.json\`).

    nats sub 'elvis.event.>'

That is live and lossy. To miss nothing, pull from the durable consumer \`AUDITOR\` and acknowledge each message when
you have stored it; it remembers where you were. \`examples/audit-subscriber\` is a whole program that does so.

* **Envelope.** \`{id, type, version, time, source, actor, traceId, data}\`; \`type\` is the subject. The trace id also
  travels in the NATS header \`x-trace-id\`.
* **At least once, in any order.** \`id\` is unique to the fact: two messages with one id tell of one thing. An order's
  event carries the whole order, and \`revision\` says which is newer.
* **Change.** Fields are added, never taken away or given another meaning; ignore those you do not know. Anything else
  is a new \`version\` with a schema of its own, published beside the old one until that is silent.
* **Numbers** are decimal strings where they are money or quantities, and milliseconds since 1970 where they end in \`Ms\`.
* **Not events**, but kept for others to read as well: those whose subject does not begin with \`elvis.event\`. They have no
  envelope; the message is what is called \`data\` here.
* What cannot be stored is put aside and told of on \`elvis.dead-letter.trade-history\`.

| event | version | told by | what it says |
|---|---|---|---|
${events
  .map(
    (event) =>
      `| [\`${event.type}\`](schemas/${schemaPath(event).slice(SCHEMAS.length + 1)}) | ${event.version} | ${event.sources.join(', ') || 'no service yet'} | ${cell(event.description)} |`,
  )
  .join('\n')}

${events.map(section).join('\n')}`;

const section = ({ type, data }: EventEntry): string => `## ${type}

| field of \`data\` | type | |
|---|---|---|
${fieldRows(data).join('\n')}
`;

function fieldRows(schema: JsonSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}${schema.required?.includes(name) ? '' : '?'}`;
    const inner = field.items ?? field;
    const below = inner.properties ? fieldRows(inner, `${prefix}${name}${field.items ? '[]' : ''}.`) : [];
    return [`| \`${path}\` | ${cell(typeText(field))} | ${cell(field.description ?? '')} |`, ...below];
  });
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((word) => String(word)).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (schema.additionalProperties) return `object of ${typeText(schema.additionalProperties)}`;
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' or ') ?? 'anything');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
