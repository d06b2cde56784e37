/** While a strategy is checked, what is not its business tells on it: the clock, chance, timers and the network. */

/** Runs `work` and answers what was touched in it, each once. */
export function touched(work: () => void): readonly string[] {
  const names = new Set<string>();
  const undo: (() => void)[] = [];
  const trap = (owner: object, name: string, called: string): void => {
    const kept = Object.getOwnPropertyDescriptor(owner, name);
    const original = (owner as Record<string, unknown>)[name];
    if (typeof original !== 'function') return;
    const told = function (this: unknown, ...given: unknown[]): unknown {
      names.add(called);
      return (original as (...given: unknown[]) => unknown).apply(this, given);
    };
    Object.defineProperty(owner, name, { value: told, configurable: true, writable: true });
    undo.push(() => (kept ? Object.defineProperty(owner, name, kept) : Reflect.deleteProperty(owner, name)));
  };
  trap(Date, 'now', 'Date.now');
  trap(Math, 'random', 'Math.random');
  trap(performance, 'now', 'performance.now');
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'])
    trap(globalThis, name, name);
  for (const name of ['getHours', 'getDay', 'getDate', 'getMonth', 'getTimezoneOffset', 'toLocaleString'])
    trap(Date.prototype, name, `Date ${name}`);
  trap(Number.prototype, 'toLocaleString', 'Number toLocaleString');
  trap(String.prototype, 'localeCompare', 'String localeCompare');
  const RealDate = globalThis.Date;
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given) {
      if (given.length === 0) names.add('new Date()');
      return Reflect.construct(target, given) as Date;
    },
  });
  undo.push(() => (globalThis.Date = RealDate));
  try {
    work();
  } finally {
    for (const each of undo.reverse()) each();
  }
  return [...names];
}
