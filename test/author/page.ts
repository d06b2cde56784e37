/** What a page asks its reader to do, and shows of what comes of it. */

export interface Block {
  /** `sh`: commands, one a line. `text`: what the commands before it print. `ts`: a file. */
  readonly language: 'sh' | 'text' | 'ts';
  readonly text: string;
  /** Of a file: its first line, a comment, says where it belongs. */
  readonly path?: string;
  readonly title: string;
}

/** @throws Error for a block that is none of these: nothing of a page is left untried */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']): Block => {
    const [first = ''] = text.split('\n');
    if (language === 'sh' || language === 'text')
      return { language, text, title: language === 'sh' ? `runs ${first}` : `shows ${first}` };
    const [, path] = /^\/\/ (\S+\.ts)$/.exec(first) ?? [];
    if (language !== 'ts' || path === undefined)
      throw new Error(`A block of the page is no command, no output and no file: ${first}`);
    return { language, text, path, title: `has ${path}` };
  });
}

/** Lines of the page that were not printed, in the page's order, whatever their figures and hashes. */
export function linesMissing(shown: string, printed: string): readonly string[] {
  const lines = printed.split('\n').map(masked);
  let from = 0;
  return shown
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => {
      const at = lines.indexOf(masked(line), from);
      if (at >= 0) from = at + 1;
      return at < 0;
    });
}

const masked = (line: string): string =>
  line
    .trim()
    .replace(/\b[0-9a-f]{64}\b/g, '#')
    .replace(/-[0-9a-f]{10}\//g, '-#/')
    .replace(/-?\d+(?:\.\d+)?/g, '#');
