/**
 * Guards the version of the contracts: what every request of this version carries stands in a file beside this one. A
 * field that is gone, newly required or no longer required is another version: raise `CONTRACTS_VERSION` and write the
 * file of the new one with `UPDATE_CONTRACTS=yes npx jest libs/contracts`.
 */
import { getMetadataStorage } from 'class-validator';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as contracts from '..';
import { CONTRACTS_VERSION } from './fleet';

type Fields = Readonly<Record<string, 'required' | 'optional'>>;

const FILE = join(__dirname, `../../contracts.v${CONTRACTS_VERSION}.json`);

/** What each request carries, by subject, as its validation reads it. */
function requests(): Readonly<Record<string, Fields>> {
  const found = Object.values<unknown>(contracts).flatMap((exported) => {
    const { subject, payload } = (exported ?? {}) as { subject?: unknown; payload?: unknown };
    return typeof subject === 'string' && typeof payload === 'function'
      ? [[subject, fieldsOf(payload)] as const]
      : [];
  });
  return Object.fromEntries(found.sort(([left], [right]) => (left < right ? -1 : 1)));
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- class-validator asks for the class as such
function fieldsOf(payload: Function): Fields {
  const fields: Record<string, 'required' | 'optional'> = {};
  for (const { propertyName, type } of getMetadataStorage().getTargetValidationMetadatas(
    payload,
    '',
    true,
    false,
  )) {
    if (type === 'conditionalValidation') fields[propertyName] = 'optional';
    else fields[propertyName] ??= 'required';
  }
  return Object.fromEntries(Object.entries(fields).sort(([left], [right]) => (left < right ? -1 : 1)));
}

describe(`version ${CONTRACTS_VERSION} of the contracts`, () => {
  const now = requests();
  if (process.env.UPDATE_CONTRACTS === 'yes') writeFileSync(FILE, `${JSON.stringify(now, null, 2)}\n`);
  const agreed = (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}) as typeof now;

  it('is written down', () => {
    expect(Object.keys(agreed)).toContain(contracts.submitOrder.subject);
    expect(agreed[contracts.submitOrder.subject]).toMatchObject({
      clientOrderId: 'required',
      price: 'optional',
    });
  });

  it.each(Object.keys(agreed))(
    'is still spoken by %s: nothing is gone, nothing is newly asked for',
    (subject) => {
      const { [subject]: fields = {} } = now;
      expect(fields).toMatchObject(agreed[subject] as Fields);
      const added = Object.keys(fields).filter((name) => !(name in (agreed[subject] as Fields)));
      expect(added.filter((name) => fields[name] === 'required')).toEqual([]);
    },
  );
});
