/** Where data sets, sources and what is compiled are found: the folder of the project, or of the image. */
import { join } from 'node:path';

export const PROJECT_ROOT = join(
  __dirname,
  /[\\/]dist[\\/]libs[\\/]research[\\/]src$/.test(__dirname) ? '../../../..' : '../../..',
);
