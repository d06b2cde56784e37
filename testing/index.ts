/** What specs and benchmarks share: private servers, whole stacks, and what `npm start` makes them with. */
export * from '../tools/launcher/servers';
export * from '../tools/rehearse/private-stack';
export * from './browser';
export * from './builders';
export * from './connect-on';
export * from './exposure';
export * from './exposure-sums';
export * from './opened';
export * from './operate';
export * from './servers';
export * from './symbol-names';
export * from './until';
export * from './wired-servers';
