/**
 * class-validator gathers the rules of a class and of those it extends again for every object. They do not change once
 * the class is there: each class's are gathered once, and again only after some class was given another rule.
 */
import { MetadataStorage, getMetadataStorage } from 'class-validator';

type Gather = MetadataStorage['getTargetValidationMetadatas'];

let isInPlace = false;

/** For the whole process; a second time it does nothing. */
export function gatherRulesOnce(): void {
  if (isInPlace) return;
  isInPlace = true;
  const storage = getMetadataStorage();
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const add = storage.addValidationMetadata.bind(storage);
  const known = new Map<unknown, ReturnType<Gather>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    // Only what Elvis uses: classes, no groups.
    if (typeof target !== 'function' || schema || always || strictGroups || groups) {
      return gather(target, schema, always, strictGroups, groups);
    }
    let rules = known.get(target);
    if (!rules) known.set(target, (rules = gather(target, schema, always, strictGroups, groups)));
    return rules;
  };
  storage.addValidationMetadata = (rule) => {
    known.clear();
    add(rule);
  };
}
