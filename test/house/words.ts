/** One meaning a word (docs/glossary.md): what may name nothing in the code, and what a person never reads. */
import * as ts from 'typescript';

const RETIRED = new Set([
  ...['desk', 'desks', 'keeper', 'keepers', 'board', 'boards', 'watch', 'watches', 'news', 'truth'],
  ...['judge', 'judges', 'strangers', 'adoption', 'leave', 'flights', 'lessons', 'trouble'],
]);

/** Words that make an error, a log line or a page hard to read, with what to say instead. */
const HARD_TO_READ: readonly (readonly [pattern: RegExp, say: string])[] = [
  [/\b(nobody|somebody|whoever)\b/i, 'the thing that acts, as the subject'],
  [/\b(is|are|was|were|be) away\b/i, 'unavailable'],
  [/\bsilence\b/i, 'rate-limited until ...'],
  [/\btroubles?\b/i, 'fault, failure'],
  [/\banew\b/i, 'again'],
  [/\blearnt\b/i, 'learned, discovered'],
  [/\bwhat reduces\b/i, 'reduce-only orders'],
  [/\b(is|are) none that\b|\bno \w+ of ours\b/i, 'unknown, invalid'],
  [/\bopens nothing\b/i, 'is unknown or revoked, grants no access'],
  [/\bwhat became of\b/i, 'the state of, the outcome of'],
  [/\bnot any ?more\b/i, 'expired, no longer'],
  [/\bcancell(ed|ing)\b/i, 'canceled, canceling'],
];

/** The identifiers of a source, and the parts of its path, that hold a retired word as a camel-case word. */
export function retiredNames(path: string, text: string): string[] {
  const names = new Set(path.split('/').filter(isRetired));
  const visit = (node: ts.Node): void => {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && isRetired(node.text)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return [...names];
}

/** "Book" alone is retired; the market's depth is an order book, and `bookTicker` is the exchange's word. */
function isRetired(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_\-.$#]+/);
  return words.some(
    (word, at) =>
      RETIRED.has(word) || (/^books?$/.test(word) && words[at - 1] !== 'order' && words[at + 1] !== 'ticker'),
  );
}

/** Each sentence in the strings of a source that holds a word from the list, with what to say. */
export function hardSentences(path: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    )
      if (/[a-z] [a-z]/i.test(node.text)) found.push(...hardWords(node.text));
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/**
 * As `the words: say ...`, one for each entry of the list that the text holds. Not prose: code in backticks, the titles
 * quoted after a spec's path, names of phases in capitals.
 */
export function hardWords(text: string): string[] {
  const prose = text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/`[^`\s]*spec\.ts`(?:,?(?:\s+and)?\s+"[^"]*")+/g, ' ')
    .replace(/`[^`]*`/g, ' ')
    .replace(/\bCANCELLING\b/g, ' ')
    .replace(/\s+/g, ' ');
  return HARD_TO_READ.flatMap(([pattern, say]) => {
    const match = pattern.exec(prose);
    if (!match) return [];
    const around = prose.slice(Math.max(0, match.index - 30), match.index + 40);
    return [`"${around.trim()}": say ${say}`];
  });
}

/** As {@link hardWords}, of a page: paragraph by paragraph, so that each names its place by its own words. */
export function hardParagraphs(_path: string, page: string): string[] {
  return page
    .replace(/```[\s\S]*?```/g, ' ')
    .split(/\n\s*\n|\n(?=\||\s*(?:[-*]|\d+\.)\s)/)
    .flatMap(hardWords);
}
