export * from './decimal';
export * from './denial';
export * from './failure';
export * from './instrument';
export * from './order';
export * from './order-record';
export * from './same-order';
export * from './trading-state';
