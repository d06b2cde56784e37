// Installs what is missing and compiles what changed into dist/.
import { prepare } from './prepare.mjs';

await prepare();
