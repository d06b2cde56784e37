/** Hashes over evidence: RFC 8785 gives every machine the same text of a row. */
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { Evidence, Item, ItemName } from './evidence';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const hashOf = (value: unknown): string => sha256(canonicalize(value) as string);

/** An item as it is named in a report. */
export interface Seal {
  readonly item: ItemName;
  readonly query: string;
  readonly auditFrom: number | null;
  readonly auditTo: number | null;
  readonly count: number;
  /** SHA-256 over the hashes of the rows, in lines. */
  readonly hash: string;
}

export const rowHashes = ({ rows }: Item<unknown>): readonly string[] => rows.map(hashOf);

export function sealOf(item: ItemName, evidence: Evidence): Seal {
  const { query, auditFrom, auditTo, rows } = evidence[item];
  return {
    item,
    query,
    auditFrom,
    auditTo,
    count: rows.length,
    hash: sha256(rowHashes(evidence[item]).join('\n')),
  };
}

export const itemNames = (evidence: Evidence): readonly ItemName[] =>
  Object.keys(evidence).filter((name): name is ItemName => name !== 'schema' && name !== 'asOfMs');
