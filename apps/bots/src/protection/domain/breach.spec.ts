import { Breach, breachAfter } from './breach';

/** One look a second; what each says of alert and close, with the age. */
function looks(seen: readonly { covered?: boolean; may?: boolean }[]): string[] {
  let breach: Breach | undefined;
  return seen.map(({ covered = false, may = true }, second) => {
    const verdict = breachAfter(breach, { isCovered: covered, mayReduce: may, atMs: second * 1_000 });
    breach = verdict.breach;
    return `${verdict.ageMs / 1_000}${verdict.alert ? ' alert' : ''}${verdict.mustClose ? ' close' : ''}`;
  });
}

const bare = (seconds: number, may = true) => Array.from({ length: seconds }, () => ({ may }));

describe('a position without its stop', () => {
  it('is alerted once after two seconds, and closed after ten', () => {
    expect(looks(bare(13))).toEqual([
      ...['0', '1', '2', '3 alert', '4', '5', '6', '7', '8', '9', '10', '11 close', '12 close'],
    ]);
  });

  it('is alerted while halted, and closed ten seconds after reduce-only orders pass again', () => {
    const said = looks([...bare(20, false), ...bare(12)]);
    expect(said.filter((word) => word.includes('alert'))).toEqual(['3 alert']);
    expect(said.findIndex((word) => word.includes('close'))).toBe(31);
  });

  it('has its ten seconds anew after a second halt', () => {
    expect(looks([...bare(8), ...bare(1, false), ...bare(10)]).some((word) => word.includes('close'))).toBe(
      false,
    );
  });

  it('is forgotten once it is protected: the next time is another', () => {
    expect(looks([...bare(4), { covered: true }, ...bare(4)])).toEqual([
      ...['0', '1', '2', '3 alert', '0', '0', '1', '2', '3 alert'],
    ]);
  });
});
