// In the place of di-singleton, which the registry did not offer: a class of which there is one instance.
exports.singleton = (Class) => {
  let instance;
  const one = (target, words) => (instance ??= new target(...words));
  return new Proxy(Class, { construct: one, apply: (target, _, words) => one(target, words) });
};
