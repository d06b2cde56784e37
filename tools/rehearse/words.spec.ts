import { WordProblems } from '../backtest/words';
import { FAULTS, faultOf } from './faults';
import { readWords } from './words';

describe('the words of a rehearsal', () => {
  it('name a bot, its parameters and how much is tried', () => {
    const words = readWords(['ema-crossover', '--set', 'fast=2', '--set', 'shorts=true', '--seeds', '4']);
    expect(words).toMatchObject({
      bot: 'ema-crossover',
      on: 'paper',
      parameters: { fast: 2, shorts: true },
      seeds: 4,
    });
  });

  it('are refused with everything that is wrong', () => {
    const read = (): unknown => readWords(['--on', 'live', '--set', 'fast', '--seeds', '0']);
    expect(read).toThrow(WordProblems);
    expect(read).toThrow(
      /name a bot[\s\S]*--on is paper or testnet[\s\S]*name=value[\s\S]*--seeds is a whole/,
    );
  });
});

describe('the faults of a rehearsal', () => {
  it('are each met once before one is met twice', () => {
    const names = FAULTS.map((_, at) => faultOf(at + 1).name);
    expect(new Set(names).size).toBe(FAULTS.length);
  });

  it('are of every kind that a judgement asks for, within its 25 seeds', () => {
    const kinds = Array.from({ length: 25 }, (_, at) => faultOf(at + 1).kind);
    expect(new Set(kinds)).toEqual(new Set(['answers', 'feed-loss', 'clock', 'restart', 'halt']));
  });
});
