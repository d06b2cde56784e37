import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { incompatibilities } from './compatibility';
import { readEvents } from './event-catalogue';
import { brokenPromises, readSchemas, renderEvents } from './render-events';
import { JsonSchema } from './type-schema';

const ROOT = join(__dirname, '../..');

describe('events', () => {
  const events = readEvents(ROOT);
  const schemas = readSchemas(ROOT, events);
  const files = renderEvents(events, schemas);

  it('are described in docs/events.md and docs/schemas as the contracts have them: run `npm run docs:events`', () => {
    for (const [path, text] of files) {
      expect([path, existsSync(join(ROOT, path)) && readFileSync(join(ROOT, path), 'utf8') === text]).toEqual(
        [path, true],
      );
    }
    const published = readdirSync(join(ROOT, 'docs/schemas')).map((name) => `docs/schemas/${name}`);
    expect(published.filter((path) => !files.has(path))).toEqual([]);
  });

  it('break no promise that a published schema made', () => {
    expect(brokenPromises(ROOT, schemas)).toEqual([]);
  });

  it('each say what they mean, and have somebody who may publish them', () => {
    expect(events.filter(({ description }) => description === '').map(({ type }) => type)).toEqual([]);
    expect(events.filter(({ sources }) => sources.length === 0).map(({ type }) => type)).toEqual([]);
  });
});

describe('compatibility of two schemas', () => {
  const before: JsonSchema = {
    type: 'object',
    properties: {
      price: { type: 'string' },
      side: { type: 'string', enum: ['BUY', 'SELL'] },
      legs: {
        type: 'array',
        items: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      },
      note: { type: ['string', 'null'] },
    },
    required: ['price', 'side', 'legs'],
  };
  const changed = (name: string, field: JsonSchema | undefined, required = before.required): JsonSchema => {
    const { [name]: _, ...rest } = before.properties ?? {};
    return { ...before, required, properties: { ...rest, ...(field && { [name]: field }) } };
  };

  it.each`
    what                                    | after
    ${'nothing changed'}                    | ${before}
    ${'a field added'}                      | ${changed('fee', { type: 'string' })}
    ${'a field added that is always there'} | ${changed('fee', { type: 'string' }, ['price', 'side', 'legs', 'fee'])}
    ${'a word no longer said'}              | ${changed('side', { type: 'string', enum: ['BUY'] })}
    ${'a null no longer said'}              | ${changed('note', { type: 'string' })}
  `('allows $what', ({ after }) => {
    expect(incompatibilities(before, after)).toEqual([]);
  });

  it.each`
    what                                 | after                                                                                          | problem
    ${'a field gone'}                    | ${changed('price', undefined)}                                                                 | ${'price is gone'}
    ${'another type'}                    | ${changed('price', { type: 'number' })}                                                        | ${'price was string and is number'}
    ${'a null that was never said'}      | ${changed('price', { type: ['string', 'null'] })}                                              | ${'price was string and is string or null'}
    ${'a field that may now be missing'} | ${{ ...before, required: ['side', 'legs'] }}                                                   | ${'price was always there and may now be missing'}
    ${'a new word'}                      | ${changed('side', { type: 'string', enum: ['BUY', 'SELL', 'HOLD'] })}                          | ${'side may now say "HOLD"'}
    ${'any word'}                        | ${changed('side', { type: 'string' })}                                                         | ${'side was one of a list of words and is any'}
    ${'a change deep inside'}            | ${changed('legs', { type: 'array', items: { type: 'object', properties: {}, required: [] } })} | ${'legs[].id is gone'}
  `('refuses $what', ({ after, problem }) => {
    expect(incompatibilities(before, after)).toEqual([problem]);
  });
});
