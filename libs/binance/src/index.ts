export * from './futures-requests';
export * from './futures-wire';
export * from './instruments';
export * from './lossless';
export * from './request';
export * from './signing';
export * from './stream-connection';
export * from './transport';
