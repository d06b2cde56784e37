// Runs `operate` of a compiled module: `node scripts/operate.mjs tools/operator/status [words]`.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

const [program = '', ...args] = process.argv.slice(2);
await prepare();
const require = createRequire(import.meta.url);
require('reflect-metadata');
const { operate } = require(join(ROOT, 'dist', `${program}.js`));
process.exitCode = await operate({ args, root: ROOT });
