import { FewAtOnce } from './few-at-once';

describe('few at once', () => {
  it('begins what waits in its order, whether the one before it succeeded or not', async () => {
    const few = new FewAtOnce(2);
    const begun: string[] = [];
    const ends = new Map<string, (error?: Error) => void>();
    const work = (name: string): Promise<string> =>
      few.run(async () => {
        begun.push(name);
        await new Promise<void>((resolve, reject) =>
          ends.set(name, (error) => (error ? reject(error) : resolve())),
        );
        return name;
      });
    const all = ['a', 'b', 'c', 'd'].map(work);
    expect(begun).toEqual(['a', 'b']);
    ends.get('b')?.(new Error('away'));
    await expect(all[1]).rejects.toThrow('away');
    expect(begun).toEqual(['a', 'b', 'c']);
    ends.get('a')?.();
    expect(await all[0]).toBe('a');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    ends.get('c')?.();
    ends.get('d')?.();
    expect(await Promise.all([all[2], all[3]])).toEqual(['c', 'd']);
    const fifth = work('e');
    expect(begun.at(-1)).toBe('e');
    ends.get('e')?.();
    await fifth;
  });
});
