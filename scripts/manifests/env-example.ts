/**
 * `.env.example`, made from the configuration classes: each variable with its comment, its default, who reads it and
 * whether it has to be set. So it cannot be stale without `npm run check` noticing.
 */
import { variablesOf } from '@elvis/platform';
import { getMetadataStorage } from 'class-validator';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { PurgeConfig } from '../../apps/execution/src/programs/purge.config';
import { AutoscaleConfig } from '../../tools/launcher/autoscale/autoscale.config';
import { SERVICE_CONFIGS, SERVICE_NAMES, ServiceName } from '../../tools/launcher/services';

export interface Variable {
  /** As it stands in the environment; a family is written `MAX_LEVERAGE_<...>`. */
  readonly name: string;
  readonly comment: string;
  readonly isRequired: boolean;
  /** As text; undefined where there is none. */
  readonly byDefault: string | undefined;
  readonly readBy: readonly ServiceName[];
}

/** `npm start` makes these itself, or knows them because it started what they name. */
const MADE_BY_START = new Set([
  'API_KEY',
  'APPROVAL_KEY',
  'BINANCE_API_KEY',
  'BINANCE_API_SECRET',
  'BINANCE_DEPTH_URL',
  'BINANCE_FUTURES_URL',
  'BINANCE_FUTURES_WS_URL',
  'BINANCE_SPOT_STREAM_URL',
  'BINANCE_SPOT_URL',
  'BINANCE_SPOT_WS_URL',
  'DB_PASSWORD',
  'NATS_URL',
  'PAPER_OTHER_API_KEY',
  'PAPER_OTHER_API_SECRET',
]);

const LAUNCHER = [
  {
    name: 'ELVIS_HOME',
    comment: 'State folder of `npm start`: data, logs, generated secrets.',
    byDefault: '.elvis',
  },
  {
    name: 'DB_OWNER_PASSWORD',
    comment:
      'Password of the role that owns the database behind DB_HOST. With it, `npm start` migrates as the owner and gives DB_USER its rights.',
    byDefault: '',
  },
  { name: 'DB_OWNER_USER', comment: 'The role that owns the database behind DB_HOST.', byDefault: 'elvis' },
  { name: 'ELVIS_ENV_FILE', comment: 'The file of variables that `npm start` reads.', byDefault: '.env' },
  {
    name: 'JOURNAL_RETENTION_DAYS',
    comment:
      'For so long after its close (7 or more) a settled order stays in the journal and keeps its id; then the daily purge takes it. Also read by apps/execution/src/programs/purge-journal.',
    byDefault: `${new PurgeConfig().JOURNAL_RETENTION_DAYS}`,
  },
  {
    name: 'AUTOSCALE',
    comment:
      'How many processes of bots and of research `npm start` keeps as their queues want it, such as bots=1..4,research=0..2; as `--autoscale`.',
    byDefault: '',
  },
  {
    name: 'AUTOSCALE_WINDOW_MS',
    comment: 'For so long nothing more must have been wanted before a process is taken away, milliseconds.',
    byDefault: `${new AutoscaleConfig().AUTOSCALE_WINDOW_MS}`,
  },
];

/** Every variable of every service, in the order of the classes; one that several read stands once. */
export function allVariables(root: string): Variable[] {
  const comments = configComments(root);
  const known = new Map<string, Variable>();
  for (const service of SERVICE_NAMES) {
    const Config: new () => object = SERVICE_CONFIGS[service];
    const defaults = new Config() as Record<string, unknown>;
    const rules = getMetadataStorage().getTargetValidationMetadatas(Config, '', false, false);
    const isOptional = (property: string): boolean =>
      rules.some(({ propertyName, type }) => propertyName === property && type === 'conditionalValidation');
    for (const { name, property } of namedVariables(Config)) {
      const before = known.get(name);
      const byDefault = asText(defaults[property]);
      known.set(name, {
        name,
        comment:
          before?.comment || comments.get(`${Config.name}.${property}`) || comments.get(property) || '',
        isRequired: (before?.isRequired ?? false) || (byDefault === undefined && !isOptional(property)),
        byDefault: before?.byDefault ?? byDefault,
        readBy: [...(before?.readBy ?? []), service],
      });
    }
  }
  return [...known.values()];
}

export function envExample(root: string): string {
  const variables = allVariables(root);
  const groups = new Map<string, Variable[]>();
  for (const variable of variables) {
    const title = groupOf(variable);
    groups.set(title, [...(groups.get(title) ?? []), variable]);
  }
  const order = ['all services', 'several services', ...SERVICE_NAMES];
  return [
    '# Every variable that Elvis reads. Made from the *.config.ts classes by `npm run docs:manifests`; do not edit.',
    '# `npm start` needs none of them: copy this file to .env and set what should differ.',
    '# REQUIRED: the service does not start without it, except where `npm start` makes it.',
    '',
    '# --- npm start',
    '',
    ...LAUNCHER.flatMap(({ name, comment, byDefault }) => [`# ${comment}`, `#${name}=${byDefault}`, '']),
    ...order.flatMap((title) => {
      const group = groups.get(title);
      return group ? [`# --- ${title}`, '', ...group.flatMap(paragraph)] : [];
    }),
  ].join('\n');
}

function paragraph({ name, comment, isRequired, byDefault, readBy }: Variable): string[] {
  const made = MADE_BY_START.has(name) ? ' (made by npm start)' : '';
  const readers = readBy.length === SERVICE_NAMES.length ? 'all' : readBy.join(', ');
  return [
    `# ${isRequired ? `REQUIRED${made}. ` : ''}${comment}`,
    `# Read by: ${readers}`,
    `#${name}=${byDefault ?? ''}`,
    '',
  ];
}

const groupOf = ({ readBy }: Variable): string => {
  if (readBy.length === SERVICE_NAMES.length) return 'all services';
  return readBy.length > 1 ? 'several services' : (readBy[0] ?? '');
};

/** Names as the environment has them, each with the property that holds it. */
function namedVariables(Config: new () => object): { name: string; property: string }[] {
  const { names, families } = variablesOf(Config);
  return [
    ...names.map((name) => ({ name, property: name })),
    ...families.map(({ property, prefix }) => ({ name: `${prefix}<...>`, property })),
  ];
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object') return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The comment above each property of each configuration class, by `Class.property` and by `property` alone. */
function configComments(root: string): Map<string, string> {
  const files = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.config.ts'))
      .map((name) => join(folder, name)),
  );
  const comments = new Map<string, string>();
  for (const path of files) {
    const source = ts.createSourceFile(
      path,
      readFileSync(join(root, path), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    source.forEachChild((node) => {
      if (!ts.isClassDeclaration(node)) return;
      for (const member of node.members) {
        if (!ts.isPropertyDeclaration(member)) continue;
        const property = member.name.getText();
        const comment = ts
          .getJSDocCommentsAndTags(member)
          .map(({ comment }) => (typeof comment === 'string' ? comment : ''))
          .join(' ')
          .replace(/\s+/g, ' ')
          .trim();
        if (!comment) continue;
        comments.set(`${node.name?.text ?? ''}.${property}`, comment);
        if (!comments.has(property)) comments.set(property, comment);
      }
    });
  }
  return comments;
}
