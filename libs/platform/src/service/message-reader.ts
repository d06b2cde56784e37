/**
 * A message read by the rules of its class, which are gathered once. What they certainly take comes out as class-transformer
 * and class-validator would have made it; all else is left to them, for they also say what is wrong with it.
 */
import { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as conversions } from 'class-transformer/cjs/storage';
import { ValidationTypes, ValidatorConstraintInterface, getMetadataStorage } from 'class-validator';

/** The instance of the class; undefined where the rules may refuse it, or are of a kind that is not known here. */
export type MessageReader = (plain: unknown) => object | undefined;

type Fields = Record<string, unknown>;
type Condition = (object: object, value: unknown) => boolean;
/** `LEFT` where the value is not certainly converted as the rules want it. */
type Conversion = (value: unknown) => unknown;

interface Rule {
  readonly constraint: ValidatorConstraintInterface;
  readonly constraints: unknown[];
}

interface Property {
  readonly name: string;
  readonly convert: Conversion;
  /** It is judged only where all of them hold. */
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
}

const LEFT = Symbol('left to the libraries');
const PRIMITIVES: ReadonlySet<unknown> = new Set([String, Number, Boolean]);
const readers = new WeakMap<Type, MessageReader>();

/** Made when it is first asked for: no class gets another rule after that. */
export function readerOf(Class: Type): MessageReader {
  let reader = readers.get(Class);
  if (!reader) readers.set(Class, (reader = makeReader(Class)));
  return reader;
}

function makeReader(Class: Type): MessageReader {
  const properties = propertiesOf(Class);
  if (!properties) return () => undefined;
  return (plain) => {
    if (!isPlainObject(plain)) return undefined;
    const object = new Class() as Fields;
    for (const name of Object.keys(plain)) {
      const value = properties.get(name)?.convert(plain[name]) ?? LEFT;
      if (value === LEFT) return undefined;
      object[name] = value;
    }
    for (const property of properties.values()) if (!isTaken(property, object, Class.name)) return undefined;
    return object;
  };
}

function isTaken(
  { name: property, conditions, rules }: Property,
  object: Fields,
  targetName: string,
): boolean {
  const value = object[property];
  for (const isJudged of conditions) if (!isJudged(object, value)) return true;
  for (const { constraint, constraints } of rules) {
    // A promise is no answer yet.
    if (constraint.validate(value, { targetName, property, object, value, constraints }) !== true)
      return false;
  }
  return true;
}

/** By name; undefined if a rule is of a kind that is not known here. */
function propertiesOf(Class: Type): ReadonlyMap<string, Property> | undefined {
  const storage = getMetadataStorage();
  const toClass = TransformationType.PLAIN_TO_CLASS;
  const isReshaped =
    conversions.getStrategy(Class) !== 'none' ||
    conversions.getExposedProperties(Class, toClass).length > 0 ||
    Object.getOwnPropertyNames(Class.prototype).length > 1;
  if (isReshaped) return undefined;
  const properties = new Map<string, Property>();
  const metadata = storage.getTargetValidationMetadatas(Class, '', false, false);
  for (const [name, own] of Object.entries(storage.groupByPropertyName(metadata))) {
    const isConverted = conversions.findTransformMetadatas(Class, name, toClass).length > 0;
    if (isConverted || own.some(({ groups, validateIf }) => validateIf || groups?.length)) return undefined;
    const conditions: Condition[] = [];
    const rules: Rule[] = [];
    for (const { type, constraints, constraintCls, each } of own) {
      if (type === ValidationTypes.CONDITIONAL_VALIDATION) conditions.push(constraints[0] as Condition);
      else if (type === ValidationTypes.CUSTOM_VALIDATION && !each) {
        for (const { instance: constraint } of storage.getTargetValidatorConstraints(constraintCls))
          rules.push({ constraint, constraints });
        // What is nested was judged when it was read.
      } else if (type !== ValidationTypes.NESTED_VALIDATION && type !== ValidationTypes.WHITELIST)
        return undefined;
    }
    properties.set(name, { name, convert: conversionOf(Class, name), conditions, rules });
  }
  return properties;
}

function conversionOf(Class: Type, name: string): Conversion {
  const found = conversions.findTypeMetadata(Class, name);
  if (!found) return (value) => (typeof value === 'object' && value !== null ? LEFT : value);
  const typeOf = found.typeFunction as (() => unknown) | undefined;
  return (value) => {
    const type = typeOf?.() as Type;
    if (found.options?.discriminator || typeof type !== 'function') return LEFT;
    if (PRIMITIVES.has(type)) {
      const toPrimitive = type as unknown as (value: unknown) => unknown;
      return typeof value === 'object' ? LEFT : toPrimitive(value);
    }
    if (!Array.isArray(value)) return readerOf(type)(value) ?? LEFT;
    const items = value.map((item) => readerOf(type)(item));
    return items.includes(undefined) ? LEFT : items;
  };
}

function isPlainObject(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
