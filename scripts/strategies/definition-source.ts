/** What the source of a strategy says that its definition cannot: how its indicators are written, and why it wishes. */
import ts from 'typescript';

interface WishText {
  readonly hook: string;
  /** `enter`, `exit`, `place`, `amend`, `cancel`, `rest`. */
  readonly wish: string;
  /** With `...` where a value is put in. */
  readonly because: string;
}

export interface SourceText {
  readonly indicators: readonly { readonly name: string; readonly text: string }[];
  readonly wishes: readonly WishText[];
}

const WISHES = new Set(['enter', 'exit', 'place', 'amend', 'cancel', 'rest']);

export function readDefinition(text: string): SourceText {
  const indicators: { name: string; text: string }[] = [];
  const wishes: WishText[] = [];
  const visit = (node: ts.Node, hook: string): void => {
    const within = ts.isMethodDeclaration(node) ? node.name.getText() : hook;
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'indicators')
      indicators.push(...propertiesIn(node.initializer));
    const wish = wishOf(node);
    if (wish !== undefined) wishes.push({ hook: within, ...wish });
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(ts.createSourceFile('strategy.ts', text, ts.ScriptTarget.Latest, true), '');
  return { indicators, wishes };
}

function propertiesIn(node: ts.Node): { name: string; text: string }[] {
  if (ts.isObjectLiteralExpression(node))
    return node.properties
      .filter(ts.isPropertyAssignment)
      .map(({ name, initializer }) => ({ name: name.getText(), text: initializer.getText() }));
  return node.getChildren().flatMap(propertiesIn);
}

function wishOf(node: ts.Node): Omit<WishText, 'hook'> | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const wish = node.expression.name.text;
  const options = node.arguments.find(ts.isObjectLiteralExpression);
  const because = options?.properties
    .filter(ts.isPropertyAssignment)
    .find(({ name }) => name.getText() === 'because');
  if (!WISHES.has(wish) || because === undefined) return undefined;
  return { wish, because: textOf(because.initializer) };
}

function textOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => `...${literal.text}`)].join('');
  return `\`${node.getText()}\``;
}
