import { blocksOf, linesMissing } from './page';

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

describe('a page that is followed', () => {
  it('has commands, what they print, and files', () => {
    const page = `a\n${fenced('sh', 'one\ntwo')}b\n${fenced('text', 'said')}${fenced('ts', '// a/b.ts\nx;')}`;
    expect(blocksOf(page)).toEqual([
      { language: 'sh', text: 'one\ntwo\n', title: 'runs one' },
      { language: 'text', text: 'said\n', title: 'shows said' },
      { language: 'ts', text: '// a/b.ts\nx;\n', path: 'a/b.ts', title: 'has a/b.ts' },
    ]);
  });

  it.each([
    ['ts', 'const nowhere = 1;'],
    ['', 'nothing'],
    ['json', '{}'],
  ])('has no block of %p that is not tried', (language, text) => {
    expect(() => blocksOf(fenced(language, text))).toThrow('no command, no output and no file');
  });

  it('tells of lines that were not printed, or not in this order, whatever their figures', () => {
    const printed = 'net 1.5 %\nReport: x-0123456789/report.html\nNext: go';
    expect(linesMissing('net -22.75 %\n\nReport: x-abcdefabcd/report.html', printed)).toEqual([]);
    expect(linesMissing('Next: go\nnet 1 %', printed)).toEqual(['net 1 %']);
    expect(linesMissing('net return 1 %', printed)).toEqual(['net return 1 %']);
  });
});
