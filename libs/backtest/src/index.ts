export * from './data/candle-columns';
export * from './data/generate';
export * from './data/read-bars';
export * from './engine/backtest';
export * from './engine/costs';
export * from './engine/fill-rules';
export * from './engine/position';
