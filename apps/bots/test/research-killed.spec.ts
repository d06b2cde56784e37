/** A backtest whose process is killed in the midst of it: another goes on, and its report is that of an undisturbed one. */
import { opened, until } from '@elvis/testing';
import { BotsProcess } from './bots-process';
import { ResearchUnderTest } from './research-under-test';

const BACKTEST = { strategy: 'ema-crossover', data: 'generated:40', interval: '15m' } as const;

describe('a backtest whose worker dies', () => {
  const research = opened(() => ResearchUnderTest.start());
  const worker = opened(
    () =>
      Promise.resolve(new BotsProcess(research.bots, research.bots.nats.port, 1, { BOTS_ROLE: 'research' })),
    (process) => process.end(),
  );

  it('continues from its last unit, and its result equals the undisturbed one', async () => {
    await worker.ready();
    const { id } = await research.run(BACKTEST);
    const atDeath = await until(
      async () => {
        const now = await research.progress(id);
        return now.unitsDone >= 3 && now.status === 'RUNNING' && now;
      },
      'some of its units are done',
      120_000,
    );
    await worker.end();
    const heard: number[] = [];
    research.bots.listen(`elvis.presence.research.${id}`, (told) =>
      heard.push((told as unknown as { unitsDone: number }).unitsDone),
    );
    // What a dead worker held comes again after a minute; the spec does not wait for it.
    await research.waitForAcks(1_000);
    await research.bots.serve({ BOTS_ROLE: ['research'] });
    await research.ended(id, 'FINISHED');
    expect(Math.min(...heard)).toBeGreaterThanOrEqual(atDeath.unitsDone);
    await research.waitForAcks(60_000);

    const undisturbed = await research.run(BACKTEST, { owner: 'user:other' });
    await until(
      () => research.toldOf(undisturbed.id).includes('finished'),
      'the undisturbed one is finished',
      120_000,
    );
    const [killed, whole] = [id, undisturbed.id].map((each) => research.finishedOf(each));
    // The code's hash differs: one was taken by a compiled process, the other by this one.
    expect([killed?.metrics, killed?.trials]).toEqual([whole?.metrics, whole?.trials]);
    expect(killed?.dataHash).toBe(whole?.dataHash);
    expect(research.toldOf(id)).toEqual(['started', 'finished']);
    await until(() => research.isQueueEmpty(), 'no token is left');
  }, 300_000);
});
