/**
 * Whether those who read the old schema can read the new one. Fields may be added; none may go, change its type,
 * be left out where it was always there, or say a word that was not agreed.
 */
import { JsonSchema } from './type-schema';

export function incompatibilities(before: JsonSchema, after: JsonSchema, at = ''): string[] {
  const here = at || 'the message';
  const [old, now] = [typesOf(before), typesOf(after)];
  if (old && (!now || now.some((type) => !old.includes(type)))) {
    return [`${here} was ${old.join(' or ')} and is ${now?.join(' or ') ?? 'anything'}`];
  }
  const [words, said] = [wordsOf(before), wordsOf(after)];
  if (words && !said) return [`${here} was one of a list of words and is any`];
  const added = words ? (said ?? []).filter((word) => !words.includes(word)) : [];
  if (added.length > 0)
    return [`${here} may now say ${added.map((word) => JSON.stringify(word)).join(', ')}`];
  return [
    ...Object.entries(before.properties ?? {}).flatMap(([name, field]) => {
      const path = at ? `${at}.${name}` : name;
      const kept = after.properties?.[name];
      if (!kept) return [`${path} is gone`];
      const mayMiss = before.required?.includes(name) && !after.required?.includes(name);
      return [
        ...(mayMiss ? [`${path} was always there and may now be missing`] : []),
        ...incompatibilities(field, kept, path),
      ];
    }),
    ...(before.items && after.items ? incompatibilities(before.items, after.items, `${at}[]`) : []),
    ...(before.additionalProperties && after.additionalProperties
      ? incompatibilities(before.additionalProperties, after.additionalProperties, `${at}.*`)
      : []),
  ];
}

/** Undefined where the schema allows any type. */
function typesOf(schema: JsonSchema): readonly string[] | undefined {
  if (schema.anyOf) {
    const members = schema.anyOf.map(typesOf);
    return members.every((types) => types !== undefined) ? [...new Set(members.flat())] : undefined;
  }
  if (schema.const !== undefined) return [typeof schema.const];
  if (schema.type === undefined) return undefined;
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function wordsOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const];
  return schema.enum;
}
