/** The architecture, as rules that fail the build. docs/architecture.md draws the same picture. */
const LIBRARIES = {
  trading: [],
  rules: ['trading'],
  contracts: ['trading'],
  platform: ['trading', 'contracts'],
  binance: ['trading'],
  coinbase: ['trading'],
  simulation: [],
  statistics: [],
  clearance: ['trading', 'statistics'],
  backtest: ['trading', 'rules', 'simulation', 'statistics', 'strategy'],
  strategy: ['trading'],
  research: ['trading', 'rules', 'simulation', 'strategy', 'backtest'],
};
const SPEC = '\\.(e2e-)?spec\\.ts$';
/** May use what is in testing/ and in each other. */
const TESTS = [SPEC, '^test/', '^testing/', '^bench/', '^(apps|libs)/[^/]+/test/'];
/** Where a service meets a technology: its folders `adapters`, and the exchange behind execution's port. */
const ADAPTERS = '/(adapters|venue/binance)/';
/** The rules of trading, of matching and of what a venue says: libraries, and the domain of an app or of its rooms. */
const PURE = [
  '^libs/(trading|rules|simulation|statistics|strategy|backtest|coinbase)/src/',
  '^apps/[^/]+/src/domain/',
  '^apps/[^/]+/src/[^/]+/domain/',
];
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'Two files that need each other are one file, or a third is missing.',
      {},
      { circular: true },
    ),
    forbid(
      'apps-are-islands',
      'Services meet on the bus, never in an import.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'the-page-stands-alone',
      'It runs in a browser and knows the system by its REST and its stream alone.',
      { path: '^apps/dashboard/page/' },
      { path: '^(apps|libs|strategies|tools|scripts|testing|test|bench)/', pathNot: '^apps/dashboard/page/' },
    ),
    forbid(
      'no-program-imports-the-page',
      'The page is built and served as files; specs run its plain parts against a real gateway.',
      { pathNot: '^(apps/dashboard/page|test/page)/' },
      { path: '^apps/dashboard/page/' },
    ),
    forbid(
      'libs-know-no-app',
      'A library serves every service, so it may know none.',
      { path: '^libs/' },
      { path: '^apps/' },
    ),
    ...Object.entries(LIBRARIES).map(([name, uses]) =>
      forbid(
        `${name}-leans-on-${uses.join('-and-') || 'nobody'}`,
        'Libraries point one way.',
        { path: `^libs/${name}/` },
        { path: '^libs/', pathNot: `^libs/(${[name, ...uses].join('|')})/` },
      ),
    ),
    forbid(
      'libs-have-one-door',
      'Import a library by its name; its other files are its own business.',
      { path: '^(apps|libs|test)/([^/]+)/' },
      { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    ),
    forbid(
      'the-core-is-pure',
      'The rules of trading know no framework, database or clock: only each other and libraries that calculate.',
      { path: PURE, pathNot: SPEC },
      { pathNot: [...PURE, '^(node_modules/)?(decimal\\.js|jstat|pure-rand|trading-signals)(/|$)'] },
    ),
    forbid(
      'only-platform-knows-nest',
      'The other libraries could serve a program without a framework.',
      {
        path: '^libs/(trading|rules|contracts|binance|coinbase|simulation|statistics|clearance|strategy|backtest|research)/',
      },
      { path: '^node_modules/@nestjs/' },
    ),
    forbid(
      'adapters-are-plugged-in-once',
      'Only the module that wires a service names its adapters.',
      { path: '^apps/', pathNot: ['\\.module\\.ts$', ADAPTERS, SPEC] },
      { path: ADAPTERS },
    ),
    forbid(
      'strategies-use-their-door',
      'A strategy is a function of its step: what it needs is on @elvis/strategy.',
      { path: '^strategies/.*\\.strategy\\.ts$' },
      { pathNot: '^libs/strategy/' },
    ),
    forbid(
      'the-simulator-is-a-witness',
      'A test exchange that shared our client would repeat its mistakes.',
      { path: '^(apps/paper-exchange|libs/simulation)/' },
      { path: '^libs/(binance|coinbase|contracts)/' },
    ),
    forbid(
      'tools-know-programs-only',
      'A tool may read how a service is configured and start its programs; the rest of the service is its own business.',
      { path: '^(tools|scripts)/', pathNot: SPEC },
      {
        path: '^apps/',
        // The launcher prepares the history's database as its owner, which the service itself is not.
        pathNot: [
          '\\.config\\.ts$',
          '^apps/[^/]+/src/programs/',
          '^apps/trade-history/src/database/prepare\\.ts$',
        ],
      },
    ),
    forbid(
      'services-know-no-tool',
      'Only a program that an operator runs may look for the running system.',
      { path: '^(apps|libs)/', pathNot: [SPEC, '^apps/[^/]+/(test|src/programs)/'] },
      { path: '^(tools|scripts)/' },
    ),
    forbid(
      'programs-are-run',
      'A program is an entry: its service does not import it.',
      { path: '^apps/([^/]+)/src/(?!programs/)', pathNot: SPEC },
      { path: '^apps/$1/src/programs/' },
    ),
    forbid(
      'tests-stay-tests',
      'Nothing that ships may lean on a test.',
      { pathNot: TESTS },
      { path: [SPEC, '^test/', '^testing/', '^(apps|libs)/[^/]+/test/'] },
    ),
    forbid(
      'testing-serves-everybody',
      'What every spec uses may know no service, and has one door.',
      { path: '^testing/' },
      { path: '^(apps|bench|scripts|test)/' },
    ),
    forbid(
      'no-orphans',
      'Nobody imports this file: use it or delete it.',
      {
        orphan: true,
        pathNot: [
          '/main\\.tsx?$',
          '\\.d\\.ts$',
          SPEC,
          '^(scripts|tools|bench|test|strategies)/',
          '/src/programs/',
        ],
      },
      {},
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
