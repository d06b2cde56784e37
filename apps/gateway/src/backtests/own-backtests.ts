/** One's own backtests: what is stored of them, and how far those are that run. */
import {
  BacktestPaper,
  GetResearch,
  ResearchProgress,
  StoredBacktest,
  getBacktest,
  getResearch,
  readBacktest,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { withIsoTimes } from '../rest/iso-time';

const unpack = promisify(gunzip);
/** A backtest is stored by its event, some milliseconds after it was asked for. */
const STORED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

@Injectable()
export class OwnBacktests {
  constructor(private readonly bus: Bus) {}

  /** @throws TradingFailure BACKTEST_NOT_FOUND */
  async one(wish: GetResearch): Promise<object> {
    const progress = await this.progressOf(wish);
    const until = performance.now() + STORED_WITHIN_MS;
    for (;;) {
      try {
        return shown(await this.bus.request(getBacktest, wish), progress);
      } catch (error) {
        const isMissing = error instanceof TradingFailure && error.code === 'BACKTEST_NOT_FOUND';
        if (!isMissing || progress === null) throw error;
        if (performance.now() > until)
          throw new TradingFailure(
            'STORE_UNAVAILABLE',
            `The backtest is ${progress.status}, but the history has not stored it yet; ask again`,
          );
        await pause(LOOK_EVERY_MS);
      }
    }
  }

  /** A stored backtest with its progress while it has not ended. */
  async withProgress(stored: StoredBacktest, owner: string): Promise<object> {
    if (stored.status !== 'RUNNING') return shown(stored, null);
    return shown(stored, await this.progressOf({ id: stored.id, owner }).catch(() => null));
  }

  /** @throws TradingFailure BACKTEST_NOT_FOUND, BACKTEST_RUNNING, BACKTEST_WITHOUT_REPORT */
  async paper(wish: GetResearch, paper: BacktestPaper): Promise<string> {
    const chunks: Buffer[] = [];
    for (let part = 0, parts = 1; part < parts; part += 1) {
      const answer = await this.bus.request(readBacktest, { ...wish, paper, part });
      ({ parts } = answer);
      chunks.push(Buffer.from(answer.data, 'base64'));
    }
    return (await unpack(Buffer.concat(chunks))).toString('utf8');
  }

  /** Null for one that no job ran: that of the command line. */
  private progressOf(wish: GetResearch): Promise<ResearchProgress | null> {
    return this.bus.request(getResearch, wish).catch((error: unknown) => {
      if (error instanceof TradingFailure && error.code === 'BACKTEST_NOT_FOUND') return null;
      throw error;
    });
  }
}

/** Figures and parameters stay as they are: the names in them are not ours. The job knows its end before the history does. */
function shown(stored: StoredBacktest, progress: ResearchProgress | null): object {
  const { parameters, metrics, ...rest } = stored;
  const { owner: _, ...told } = progress ?? { owner: '' };
  const status = progress?.status ?? stored.status;
  return {
    ...(withIsoTimes({ ...rest, status, problem: progress?.problem ?? stored.problem }) as object),
    parameters,
    metrics,
    progress: progress && withIsoTimes(told),
  };
}
