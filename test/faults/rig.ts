/** What a seeded fault run needs, opened and closed together: the stage, who sends on it, and who keeps the books. */
import { existsSync } from 'node:fs';
import { Sender } from './sender';
import { Stage, StageOptions } from './stage';
import { Records } from './verdict';

const PROGRAM = `${process.env.ELVIS_DIST ?? 'dist'}/apps/execution/src/main.js`;

export class Rig {
  readonly stage = new Stage();
  readonly sender = new Sender(this.stage);
  readonly records = new Records(this.stage);

  async open(options?: StageOptions): Promise<void> {
    if (!existsSync(PROGRAM))
      throw new Error(`${PROGRAM} is not built; "npm test" and "npm run build" build it`);
    await this.stage.open(options);
    await Promise.all([this.sender.open(), this.records.open()]);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.sender.close(), this.records.close()]);
    await this.stage.close();
  }
}
