// `npm test`: all set-up, then every spec against real servers. Words after `--` go to jest.
import { join } from 'node:path';
import { prepare, ROOT, run } from './prepare.mjs';

await prepare();
const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
const env = { ...process.env, ELVIS_SHARED_POSTGRES: 'yes', NODE_ENV: 'test' };
process.exitCode = await run(process.execPath, [jest, ...process.argv.slice(2)], { env });
