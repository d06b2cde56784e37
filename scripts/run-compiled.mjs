// Runs a compiled program of bench/ or test/ after the usual set-up: `node scripts/run-compiled.mjs bench/order-path/main [words]`.
import { join } from 'node:path';
import { prepare, ROOT, run } from './prepare.mjs';

const [program = '', ...words] = process.argv.slice(2);
await prepare();
process.exitCode = await run(process.execPath, [
  '--require',
  'reflect-metadata',
  join(ROOT, 'dist', `${program}.js`),
  ...words,
]);
