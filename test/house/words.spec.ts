/** Names and sentences keep to the vocabulary. Each rule is tried with a planted violation. */
import { readFileSync } from 'node:fs';
import { isSource, readSources } from '../../scripts/sources';
import { hardParagraphs, hardSentences, hardWords, retiredNames } from './words';

const CODE = ['apps', 'libs', 'scripts', 'tools', 'testing', 'test', 'bench'];
const READ_BY_PEOPLE = ['apps', 'libs', 'scripts', 'tools'];
/** Written from comments in the code. */
const GENERATED_PAGES = new Set(['docs/events.md', 'docs/state.md']);

/** Names that are not ours: other programs' interfaces. */
const NOT_OURS = new Set([
  ...['watchOrderBook', 'watchTrades', 'watchTicker', 'watchBidsAsks', 'watchOHLCV', 'watchMarkPrice'],
  ...['watchOrders', 'watchMyTrades', 'watchPositions', 'watchBalance', 'diffBookDepth'],
]);
/** On the wire since the first version: codes of answers, and a fact's name in recorded decisions. */
const ON_THE_WIRE = new Set(['BOOK_MISSING', 'BOOK_STALE', 'BOOK_TOO_THIN', 'book', 'judge']);
/** A seed of signatures: another text would end every session. */
const SEEDS = /"nobody can enter here"/;

const report = (
  sources: ReadonlyMap<string, string>,
  find: (path: string, text: string) => string[],
): string[] =>
  [...sources].flatMap(([path, text]) => find(path, text).map((finding) => `${path}: ${finding}`));

describe('words', () => {
  it('name nothing by a retired word', () => {
    const names = report(readSources(CODE, /\.(ts|mjs|cjs)$/), retiredNames);
    const isAllowed = (name: string): boolean => NOT_OURS.has(name) || ON_THE_WIRE.has(name);
    expect(names.filter((line) => !isAllowed(line.split(': ')[1] ?? ''))).toEqual([]);
  });

  it('of errors and log lines are plain', () => {
    const sources = new Map([...readSources(READ_BY_PEOPLE)].filter(([path]) => isSource(path)));
    expect(report(sources, hardSentences).filter((line) => !SEEDS.test(line))).toEqual([]);
  });

  it('of the pages are plain', () => {
    const pages = new Map([
      ...readSources(['docs', 'apps', 'libs', 'k8s', 'examples'], /\.md$/),
      ...['README.md', 'CONTRIBUTING.md'].map((path) => [path, readFileSync(path, 'utf8')] as const),
    ]);
    for (const page of GENERATED_PAGES) expect(pages.delete(page)).toBe(true);
    expect(report(pages, hardParagraphs)).toEqual([]);
  });

  it.each([
    ['class OrderDesk {}', ['OrderDesk']],
    ['const keeper = 1;', ['keeper']],
    ['class A { #news = 1 }', ['#news']],
    ['function judgeFill() {}', ['judgeFill']],
    ['interface LocalBook {}', ['LocalBook']],
    ['interface LocalOrderBook { bookTicker: 1; orderBooks: 2; leverage: 3; dashboard: 4 }', []],
  ])('are found in %s', (text, names) => {
    expect(retiredNames('apps/x/src/a.ts', text)).toEqual(names);
  });

  it('are found in the name of a file', () => {
    expect(retiredNames('apps/x/src/order-desk.ts', '')).toEqual(['order-desk.ts']);
  });

  it.each([
    ["throw new Failure('Redis is away now');", 1],
    ['log.warn(`${name}: nobody answers`);', 1],
    ["import 'no trouble here';", 0],
    ["const subject = 'trouble';", 0],
    ['// nobody reads a comment in a hurry', 0],
  ])('are judged in %s', (text, count) => {
    expect(hardSentences('apps/x/src/a.ts', text)).toHaveLength(count);
  });

  it('in code of a page are not prose', () => {
    expect(hardWords('`order.cancelled` is an old word; see ```\nnobody\n```')).toEqual([]);
    expect(hardWords('The order was cancelled')).toHaveLength(1);
  });

  it('in a title quoted after its spec are not prose', () => {
    expect(hardWords('| `test/a.spec.ts` "opens nothing here", "written anew" |')).toEqual([]);
    expect(hardWords('| `test/a.spec.ts` "is plain" | "opens nothing here" |')).toHaveLength(1);
  });

  it('in the name of a phase are not prose', () => {
    expect(hardWords('**CANCELLING**: open orders are swept')).toEqual([]);
    expect(hardWords('**Cancelling**: open orders are swept')).toHaveLength(1);
  });

  it('are found in each paragraph, item and row of a page', () => {
    const page = 'Nobody\nknows.\n\nNobody asks.\n\n- nobody\n- somebody\n\n| nobody |\n| --- |\n| plain |';
    expect(hardParagraphs('docs/a.md', page)).toHaveLength(5);
    expect(hardParagraphs('docs/a.md', 'While Redis is\naway.')).toHaveLength(1);
  });
});
