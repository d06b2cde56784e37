import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { STRATEGIES } from '../../strategies';
import { readDefinition } from './definition-source';
import { HEADINGS, LIST_PAGE, pageOf, renderStrategies } from './render-strategies';

const ROOT = join(__dirname, '../..');

describe('the pages of strategies', () => {
  it('are as the definitions say: run `npm run docs:strategies`', () => {
    for (const [path, text] of renderStrategies(ROOT)) {
      const file = join(ROOT, path);
      expect([path, existsSync(file) ? readFileSync(file, 'utf8') : 'missing']).toEqual([path, text]);
    }
    const pages = readdirSync(join(ROOT, 'docs/strategies')).map((name) => `docs/strategies/${name}`);
    expect(pages.sort()).toEqual(STRATEGIES.map(pageOf).sort());
    expect(readFileSync(join(ROOT, LIST_PAGE), 'utf8')).toContain('(strategies/grid.md)');
  });

  it.each(STRATEGIES.map(({ name }) => name))('say in words of %s what no definition can', (name) => {
    const page = readFileSync(join(ROOT, pageOf({ name })), 'utf8');
    for (const heading of HEADINGS) {
      const [, text = ''] = new RegExp(`^## ${heading}\\n\\n([^#<]*)`, 'm').exec(page) ?? [];
      expect([heading, text.split(/\s+/).length > 3]).toEqual([heading, true]);
    }
  });
});

describe('the source of a strategy', () => {
  it('is read for its indicators, and for each wish with its hook and reason', () => {
    const source = `export default defineStrategy({
      indicators: (p) => ({ fast: ema('main', p.fast) }),
      onCandle(t) { if (a) t.enter('LONG', { size: s, because: 'it rose' }); else t.exit({ because: why }); },
      onFill(t) { t.place('a', { because: \`level \${level} of \${all}\` }); t.note('x', { because: 'no' }); },
    });`;
    expect(readDefinition(source)).toEqual({
      indicators: [{ name: 'fast', text: "ema('main', p.fast)" }],
      wishes: [
        { hook: 'onCandle', wish: 'enter', because: 'it rose' },
        { hook: 'onCandle', wish: 'exit', because: '`why`' },
        { hook: 'onFill', wish: 'place', because: 'level ... of ...' },
      ],
    });
  });
});
