import { IsInt, IsString, Max, MaxLength, getMetadataStorage, validate } from 'class-validator';
import { gatherRulesOnce } from './quick-rules';

class Parent {
  @IsString() readonly name: unknown;
}
class Child extends Parent {
  @IsInt() readonly age: unknown;
}

const made = <Kind extends object>(Kind: new () => Kind, fields: object): Kind =>
  Object.assign(new Kind(), fields);

const faultsOf = async (object: object): Promise<string[]> =>
  (await validate(object)).flatMap(({ constraints }) => Object.keys(constraints ?? {})).sort();

describe('the rules of a class, gathered once', () => {
  beforeAll(() => {
    gatherRulesOnce();
    gatherRulesOnce();
  });

  it('are its own and those of the class that it extends, every time', async () => {
    for (const _ of [1, 2]) {
      expect(await faultsOf(made(Child, { name: 1, age: 'old' }))).toEqual(['isInt', 'isString']);
      expect(await faultsOf(made(Parent, { name: 1, age: 'old' }))).toEqual(['isString']);
      expect(await faultsOf(made(Child, { name: 'Elvis', age: 42 }))).toEqual([]);
    }
  });

  it('grow when the class or its parent is given another', async () => {
    expect(await faultsOf(made(Child, { name: 'Elvis', age: 42 }))).toEqual([]);
    Max(41)(Child.prototype, 'age');
    MaxLength(4)(Parent.prototype, 'name');
    expect(await faultsOf(made(Child, { name: 'Elvis', age: 42 }))).toEqual(['max', 'maxLength']);
  });

  it('are not kept for what is no class', () => {
    const storage = getMetadataStorage();
    const text = 'a schema' as unknown as typeof Child;
    expect(storage.getTargetValidationMetadatas(text, '', false, false)).toEqual([]);
    expect(storage.getTargetValidationMetadatas(Child, '', true, false).length).toBeGreaterThan(0);
  });
});
