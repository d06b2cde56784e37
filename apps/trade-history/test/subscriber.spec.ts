import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { opened, temporaryFolder, until } from '@elvis/testing';
import { anOrder, placed } from './events';
import { History } from './harness';
import { PUBLIC_KEY_FILE } from '../src/audit/signing';

const run = promisify(execFile);
const SUBSCRIBER = join(__dirname, '../../../examples/audit-subscriber/subscriber.mjs');

describe('the example of an audit subscriber', () => {
  const folder = temporaryFolder('subscriber');
  const history = opened(() => History.start({ AUDIT_FOLDER: folder, AUDIT_CHECKPOINT_SECONDS: '1' }));

  const follow = async (): Promise<string> => {
    const { stdout } = await run(process.execPath, [SUBSCRIBER], {
      env: {
        PATH: process.env.PATH,
        NATS_URL: history.nats.urls.auditor,
        FILE: join(folder, 'events.jsonl'),
        PUBLIC_KEY: join(folder, PUBLIC_KEY_FILE),
        UNTIL_IDLE: '700',
      },
    });
    return stdout;
  };

  const kept = (): string[] =>
    readFileSync(join(folder, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);

  it('keeps every event once, goes on where it stopped, and checks the checkpoints', async () => {
    const order = anOrder('heard-1');
    await history.publisher.publish([placed(order, 1), placed(order, 1), placed(anOrder('heard-2'), 2)]);
    await until(async () => (await history.count('audit_checkpoints')) > 0);
    const first = await follow();
    expect(kept().filter((id) => id.startsWith('placed-'))).toEqual(['placed-heard-1-1', 'placed-heard-2-2']);
    expect(first).toContain('signature is genuine');

    await history.publisher.publish([placed(anOrder('heard-3'), 3)]);
    const second = await follow();
    expect(second).toContain('heard-3');
    expect(second).not.toContain('heard-1');
    expect(new Set(kept()).size).toBe(kept().length);
  });
});
