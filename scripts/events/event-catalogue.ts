/**
 * Every event there is, and what else is kept on a stream for others to read, from the contracts themselves: what it says,
 * who says it, and the schema of its message.
 */
import 'reflect-metadata';
import * as contracts from '@elvis/contracts';
import { join } from 'node:path';
import ts from 'typescript';
import { NATS_USERS, NatsUser, permissionsOf } from '../../tools/launcher/servers';
import { JsonSchema, TypeSchemas, commentOf } from './type-schema';

export interface EventEntry {
  readonly type: string;
  readonly version: number;
  readonly description: string;
  /** The NATS users that may publish it. */
  readonly sources: readonly string[];
  readonly data: JsonSchema;
  /** Its name among the schemas. */
  readonly name: string;
  /** Whether the message is the data alone, without the envelope of an event. */
  readonly isBare: boolean;
}

/** What travels without an envelope, on a stream of its own. */
const BARE = [
  { exported: 'SealedCandle', type: 'elvis.candle.<market>.<SYMBOL>.1m', name: 'candle', version: 1 },
] as const;

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
  const sourcesOf = (type: string): NatsUser[] =>
    NATS_USERS.filter((user) => permissionsOf(user).publish.some((allowed) => covers(allowed, type)));
  const events = checker.getExportsOfModule(module).flatMap((exported): EventEntry[] => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const bare = BARE.find((entry) => entry.exported === exported.name);
    if (bare) {
      const { type, name, version } = bare;
      const [description, sources] = [commentOf(symbol, checker), sourcesOf(type)];
      const data = schemas.of(checker.getDeclaredTypeOfSymbol(symbol));
      return [{ type, name, version, isBare: true, description, sources, data }];
    }
    const contract = (contracts as Record<string, unknown>)[exported.name];
    if (!isEvent(contract)) return [];
    const [payload] = checker.getTypeArguments(checker.getTypeOfSymbol(symbol) as ts.TypeReference);
    if (!payload) throw new Error(`${exported.name} has no payload`);
    const { type, version } = contract;
    return [
      {
        type,
        version,
        description: commentOf(symbol, checker) || commentOf(payload.symbol, checker),
        sources: sourcesOf(type),
        data: schemas.of(payload),
        name: type.replace('elvis.event.', ''),
        isBare: false,
      },
    ];
  });
  return events.sort((left, right) => (left.type < right.type ? -1 : 1));
}

/** The schema of the whole message: for an event the envelope around its own data. */
export const messageSchema = ({
  type,
  name,
  version,
  description,
  data,
  isBare,
}: EventEntry): JsonSchema & object =>
  ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:elvis:${isBare ? '' : 'event:'}${name}:${version}`,
    title: type,
    description,
    ...(isBare ? data : envelopeOf(type, version, data)),
  }) as JsonSchema & object;

const envelopeOf = (type: string, version: number, data: JsonSchema): object => ({
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
});

const isEvent = (value: unknown): value is { type: string; version: number } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { type?: unknown }).type === 'string' &&
  (value as { type: string }).type.startsWith('elvis.event.');

const covers = (allowed: string, subject: string): boolean =>
  allowed === subject || (allowed.endsWith('.>') && subject.startsWith(allowed.slice(0, -1)));
