export * from './messages';
export * from './products';
export * from './session';
export * from './subscriptions';
