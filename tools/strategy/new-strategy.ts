/** Writes a strategy that works, to be changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const strategyText = (name: string): string => `import { defineStrategy, param, sma } from '@elvis/strategy';

export default defineStrategy({
  name: '${name}',
  version: 1,
  summary: 'Long while the close is above its average.',

  parameters: {
    length: param.integer({ default: 50, from: 2, to: 500, help: 'Candles in the average' }),
    share: param.fraction({ default: '0.2', from: '0.01', to: '1', help: 'Of the capital in one position' }),
    stop: param.fraction({ default: '0.02', from: '0.001', to: '0.2', help: 'Distance of the stop' }),
  },

  indicators: (p) => ({ average: sma('main', p.length) }),
  protections: (p) => ({ stop: p.stop }),

  onCandle(t) {
    if (t.position.isFlat && t.candle.close > t.now.average)
      t.enter('LONG', { size: t.size.fraction(t.params.share), because: 'it closed above its average' });
    else if (t.position.isLong && t.candle.close < t.now.average)
      t.exit({ because: 'it closed below its average' });
  },
});
`;

const testText = (name: string): string => `import { flat, script } from '@elvis/strategy';
import ${camel(name)} from './${name}.strategy';

describe('${name}', () => {
  it('is long while the close is above its average', () => {
    const story = script(${camel(name)}, { length: 5 }).warmedUpOn(flat(100, 40));
    expect(story.candle({ close: 101 }).entry).toMatchObject({ direction: 'LONG' });
    expect(story.fill().candle({ close: 95 }).exit).toBeDefined();
  });
});
`;

/** Nothing is overwritten. */
export function writeStrategy(name: string, root: string, refuse: (why: string) => number): number {
  const folder = join(root, 'strategies');
  const file = join(folder, `${name}.strategy.ts`);
  if (existsSync(file)) return refuse(`strategies/${name}.strategy.ts is there already`);
  const list = join(folder, 'index.ts');
  const text = readFileSync(list, 'utf8');
  writeFileSync(file, strategyText(name));
  writeFileSync(join(folder, `${name}.spec.ts`), testText(name));
  writeFileSync(
    list,
    text
      .replace(
        /(import [^\n]+ from '\.\/[^\n]+strategy';\n)(?!import)/,
        `$1import ${camel(name)} from './${name}.strategy';\n`,
      )
      .replace(/\n\];/, `\n  ${camel(name)},\n];`),
  );
  console.log(
    [
      `Written: strategies/${name}.strategy.ts, its test ${name}.spec.ts, and its line in strategies/index.ts.`,
      `Next: npx jest strategies/${name}; npm run strategy -- check ${name}; npm run backtest -- ${name}`,
    ].join('\n'),
  );
  return 0;
}
