import { WantedStreams } from './wanted-streams';

describe('streams that are relayed', () => {
  it('last for as long as they are wanted, and so many at most', () => {
    const wanted = new WantedStreams(60_000, 2);
    expect([wanted.hear('a@trade', 0), wanted.hear('b@trade', 10_000)]).toEqual(['new', 'new']);
    expect([wanted.hear('a@trade', 50_000), wanted.hear('c@trade', 50_000)]).toEqual(['known', 'full']);
    expect(wanted.forgetOld(69_999)).toBe(false);
    expect(wanted.forgetOld(70_000)).toBe(true);
    expect([...wanted.names()]).toEqual(['a@trade']);
    expect(wanted.hear('c@trade', 70_000)).toBe('new');
  });
});
