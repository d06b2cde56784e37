/** Every event there is, read from the contracts themselves: what it says, who says it, and the schema of its message. */
import 'reflect-metadata';
import * as contracts from '@elvis/contracts';
import { join } from 'node:path';
import ts from 'typescript';
import { NATS_USERS, permissionsOf } from '../../tools/launcher/servers';
import { JsonSchema, TypeSchemas, commentOf } from './type-schema';

export interface EventEntry {
  readonly type: string;
  readonly version: number;
  readonly description: string;
  /** The NATS users that may publish it. */
  readonly sources: readonly string[];
  readonly data: JsonSchema;
}

/** @param root the project's root */
export function readEvents(root: string): EventEntry[] {
  const entry = join(root, 'libs/contracts/src/index.ts');
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error('The contracts could not be read');
  const events = checker.getExportsOfModule(module).flatMap((exported): EventEntry[] => {
    const contract = (contracts as Record<string, unknown>)[exported.name];
    if (!isEvent(contract)) return [];
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [payload] = checker.getTypeArguments(checker.getTypeOfSymbol(symbol) as ts.TypeReference);
    if (!payload) throw new Error(`${exported.name} has no payload`);
    const { type, version } = contract;
    return [
      {
        type,
        version,
        description: commentOf(symbol, checker) || commentOf(payload.symbol, checker),
        sources: NATS_USERS.filter((user) =>
          permissionsOf(user).publish.some((allowed) => covers(allowed, type)),
        ),
        data: schemas.of(payload),
      },
    ];
  });
  return events.sort((left, right) => (left.type < right.type ? -1 : 1));
}

/** The schema of the whole message: the envelope around the event's own data. */
export const messageSchema = ({ type, version, description, data }: EventEntry): JsonSchema & object =>
  ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:elvis:event:${type.replace('elvis.event.', '')}:${version}`,
    title: type,
    description,
    type: 'object',
    properties: {
      id: { type: 'string', description: 'Unique; a repeat of the message carries the same one.' },
      type: { const: type },
      version: { const: version },
      time: { type: 'string', format: 'date-time', description: 'UTC, ISO 8601, milliseconds.' },
      source: { type: 'string', description: 'The service that states the fact.' },
      actor: { type: 'string', description: 'On whose behalf.' },
      traceId: { type: 'string' },
      data,
    },
    required: ['id', 'type', 'version', 'time', 'source', 'actor', 'traceId', 'data'],
  }) as JsonSchema & object;

const isEvent = (value: unknown): value is { type: string; version: number } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { type?: unknown }).type === 'string' &&
  (value as { type: string }).type.startsWith('elvis.event.');

const covers = (allowed: string, subject: string): boolean =>
  allowed === subject || (allowed.endsWith('.>') && subject.startsWith(allowed.slice(0, -1)));
