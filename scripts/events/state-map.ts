/**
 * What Elvis keeps in Redis and JetStream, read from the code: every string that names a key, a stream or a bucket, the
 * comment of its declaration, where it is declared and which services use that declaration.
 */
import * as ts from 'typescript';
import { isSource, readSources } from '../sources';

export const STATE_PAGE = 'docs/state.md';
const NAME = /^(ELVIS_[A-Z_]+(:|$)|auth:|rl:)/;

export interface StateEntry {
  /** As it stands in the store; `<part>` where a part of it varies. */
  readonly name: string;
  readonly declaredIn: string;
  readonly meaning: string;
  /** The apps that use it, by their folders. */
  readonly usedBy: readonly string[];
}

/** Every key, stream and bucket that the sources of apps and libraries name, by name. */
export function readState(root: string): StateEntry[] {
  const all = [...readSources(['apps', 'libs'], /\.ts$/, root)];
  const sources = all.filter(([path]) => path.includes('/src/') && isSource(path));
  const found = new Map<string, StateEntry>();
  for (const [path, text] of sources)
    for (const { name, declaration, meaning } of namesIn(path, text)) {
      const users = usersOf(
        declaration,
        sources.filter(([user]) => user !== path),
      );
      const usedBy = [...new Set([houseOf(path), ...(declaration ? users : [])])].filter((user) =>
        user.startsWith('apps/'),
      );
      const known = found.get(name);
      if (!known || (known.meaning === '' && meaning !== ''))
        found.set(name, { name, declaredIn: path, meaning, usedBy: usedBy.sort() });
    }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** The page, complete. */
export const renderState = (entries: readonly StateEntry[]): string => `# What is kept in Redis and JetStream

<!-- Written by \`npm run docs:events\` from the sources; do not edit. A test fails when it is stale. -->

A name of a key, a stream or a bucket is declared once, and the services that use the declaration are listed. What
survives an emptied Redis, and what an emptied Redis means, is in [the kill switch](kill-switch.md) and
[the rate limiter](rate-limiter.md).

${entries
  .map(
    ({ name, meaning, declaredIn, usedBy }) =>
      `* \`${name}\`: ${meaning}\n  Declared in \`${declaredIn}\`; used by ${usedBy.map((app) => app.slice(5)).join(', ') || 'libraries only'}.`,
  )
  .join('\n')}
`;

/** A library that uses it does so for the apps that use what the library's file exports. */
const usersOf = (declaration: string | undefined, sources: readonly Source[]): string[] =>
  sources
    .filter(([, text]) => uses(text, declaration))
    .flatMap(([path, text]) =>
      path.startsWith('apps/')
        ? [path]
        : sources
            .filter(([user]) => user.startsWith('apps/'))
            .filter(([, other]) => exportsOf(text).some((name) => uses(other, name)))
            .map(([user]) => user),
    )
    .map(houseOf);

const exportsOf = (text: string): string[] =>
  [...text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].flatMap(([, name]) => name ?? []);

type Source = readonly [path: string, text: string];

interface Named {
  readonly name: string;
  readonly declaration?: string;
  readonly meaning: string;
}

function namesIn(path: string, text: string): Named[] {
  const named: Named[] = [];
  const visit = (node: ts.Node, within?: ts.Node): void => {
    const holder = isHolder(node) ? node : within;
    const name = keyText(node);
    if (name !== undefined && NAME.test(name) && !name.includes('*'))
      named.push({ name, ...describe(holder, text) });
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, (child) => visit(child, holder));
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return named;
}

/** Whose comment says what the key is for: a constant, a function, or a member of a class. */
const isHolder = (node: ts.Node): boolean =>
  ts.isVariableStatement(node)
    ? ts.isSourceFile(node.parent)
    : ts.isFunctionDeclaration(node) || ts.isClassElement(node);

function keyText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return /\s/.test(node.text) ? undefined : node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const parts = node.templateSpans.map(({ expression, literal }) => `<${wordOf(expression)}>${literal.text}`);
  return `${node.head.text}${parts.join('')}`;
}

/** \`createHash(...).update(token)\` is a hash; a name is itself. */
const wordOf = (expression: ts.Expression): string =>
  ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression)
    ? (expression.getText().split('.').at(-1) ?? '')
    : 'hash';

function describe(holder: ts.Node | undefined, text: string): Omit<Named, 'name'> {
  if (!holder) return { meaning: '' };
  const comments = ts.getLeadingCommentRanges(text, holder.getFullStart()) ?? [];
  const last = comments.at(-1);
  const comment = last ? text.slice(last.pos, last.end) : '';
  const declaration = ts.isVariableStatement(holder)
    ? holder.declarationList.declarations[0]?.name.getText()
    : (holder as ts.FunctionDeclaration).name?.text;
  const isExported = holder.getText().startsWith('export');
  const meaning = comment.startsWith('/**')
    ? comment
        .slice(3, -2)
        .replace(/^\s*\*/gm, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : '';
  return { meaning, ...(isExported && declaration !== undefined && { declaration }) };
}

const uses = (text: string, declaration: string | undefined): boolean =>
  declaration !== undefined && new RegExp(`\\b${declaration}\\b`).test(text);

const houseOf = (path: string): string => path.split('/').slice(0, 2).join('/');
