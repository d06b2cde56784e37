import { csvOf } from './save-csv';

describe('a table as a file', () => {
  it.each([
    [['a', 'b'], 'a,b'],
    [['one, two', 'say "hi"'], '"one, two","say ""hi"""'],
    [['=1+1', '+2', '-1.5', '-x', undefined], "'=1+1,'+2,-1.5,'-x,"],
  ])('writes %j as one line that a spreadsheet reads as text', (row, line) => {
    expect(csvOf([row])).toBe(`${line}\r\n`);
  });
});
