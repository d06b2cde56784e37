/** After all specs: the shared PostgreSQL ends. */
const STOP = Symbol.for('elvis.stop-shared-postgres');

const globalTeardown = async (): Promise<void> => {
  const stop = (globalThis as { [STOP]?: () => Promise<void> })[STOP];
  await stop?.();
};

export = globalTeardown;
