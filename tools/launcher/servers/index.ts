/** PostgreSQL, Redis and NATS as private instances, as `npm start` and the specs start them. */
import 'reflect-metadata';

export * from './binaries';
export * from './credentials';
export * from './nats';
export * from './nats-permissions';
export * from './ports';
export * from './postgres';
export * from './processes';
export * from './provision';
export * from './redis';
