import { Progress } from './progress';

describe('the bar', () => {
  const drawn = (isTTY: boolean, times: readonly number[]): string[] => {
    const written: string[] = [];
    const clock = [...times];
    const terminal = { isTTY, write: (text: string) => written.push(text) > 0 };
    const bar = new Progress(4, terminal, () => clock.shift()!);
    times.slice(1).forEach((_, done) => bar.show(done, `slow=${done}`));
    bar.end();
    return written;
  };

  it('comes after a second, and is gone at the end', () => {
    const [first, second, last, ...more] = drawn(true, [0, 999, 1_000, 2_000]);
    expect(first).toContain(`[${'########'.padEnd(30, '.')}] 1 of 4 runs  slow=1`);
    expect(second).toContain(`[${'###############'.padEnd(30, '.')}] 2 of 4 runs  slow=2`);
    expect(last).toBe('\r\x1b[K');
    expect(more).toEqual([]);
  });

  it('is not drawn for what is over within a second, nor where no person looks on', () => {
    expect(drawn(true, [0, 500, 999])).toEqual([]);
    expect(drawn(false, [0, 5_000, 9_000])).toEqual([]);
  });
});
