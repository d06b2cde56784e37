/** Type-aware lint for everything that ships; the purity of the domain is checked here and by dependency-cruiser. */
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

const ambient = ['Date', 'process', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'The rules of trading take time and environment as arguments.',
}));

const namedExports = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };
const syntax = [
  {
    selector: "CallExpression[callee.name='parseFloat']",
    message: 'Money is a decimal, never a number.',
  },
];
const spread = {
  selector: 'ObjectExpression > SpreadElement > ObjectExpression',
  message: 'Write the fields of the literal themselves, not a spread that shortens it.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.elvis/',
      'coverage/',
      '**/*.cjs',
      '**/*.mjs',
      'apps/**/*.js',
      'libs/**/*.js',
      // Written by `npm run docs:page-types`.
      'apps/dashboard/page/src/api/api-types.ts',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': ['error', namedExports, ...syntax, spread],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only *.config.ts reads the environment.' },
      ],
    },
  },
  {
    // The dashboard's page has a compiler's settings of its own: for a browser.
    files: ['apps/dashboard/page/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './apps/dashboard/page/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-restricted-syntax': [
        'error',
        namedExports,
        ...syntax,
        spread,
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'Text is text: what comes from outside is never read as HTML.',
        },
      ],
    },
  },
  {
    files: [
      'libs/{trading,rules,simulation,statistics,strategy,backtest}/src/**/*.ts',
      'apps/*/src/**/domain/**/*.ts',
      'strategies/*.strategy.ts',
    ],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', ...ambient],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The rules of trading are deterministic.' },
        { object: 'process', property: 'env', message: 'Only *.config.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['apps/execution/src/**/*.ts'],
    ignores: ['apps/execution/src/limiter/{calls/exchange-calls,limiter}.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@elvis/binance',
              importNames: ['BinanceTransport'],
              message: 'Every REST call goes through the limiter: use ExchangeCalls.',
            },
            ...['@binance/connector', 'axios', 'http', 'https', 'node:http', 'node:https', 'undici'].map(
              (name) => ({ name, message: 'Every REST call goes through the limiter: use ExchangeCalls.' }),
            ),
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Every REST call goes through the limiter: use ExchangeCalls.' },
      ],
    },
  },
  {
    files: ['apps/execution/src/**/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...ambient,
        { name: 'fetch', message: 'The rules of trading send nothing.' },
      ],
    },
  },
  {
    files: [
      '**/*.config.ts',
      'libs/platform/src/config/load-config.ts',
      'scripts/**',
      'tools/**',
      'apps/*/src/programs/**',
      'testing/**',
      'test/**',
      'bench/**',
      '**/*.spec.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off', 'max-lines': 'off' },
  },
  {
    // One line of a table is one case.
    files: ['**/*.spec.ts', 'test/**', 'testing/**', 'bench/**', '{apps,libs}/*/test/**'],
    rules: { 'no-restricted-syntax': ['error', namedExports, ...syntax] },
  },
  {
    // A strategy is found by its file's name.
    files: ['strategies/*.strategy.ts', 'apps/bots/test/strategies/*.strategy.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax, spread] },
  },
  {
    files: ['**/*.spec.ts', 'test/**', 'testing/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
