export * from './capture-file';
export * from './data-sets';
export * from './hashes';
export * from './instruments';
export * from './judged-limits';
export * from './measured-costs';
export * from './root';
