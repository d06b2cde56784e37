/** PostgreSQL, Redis and NATS as private instances: for `npm start`, for specs and for benchmarks. */
import 'reflect-metadata';

export * from './binaries';
export * from './credentials';
export * from './for-tests';
export * from './nats';
export * from './nats-permissions';
export * from './postgres';
export * from './processes';
export * from './provision';
export * from './redis';
