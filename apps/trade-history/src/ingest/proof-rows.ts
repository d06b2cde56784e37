/** Rehearsals, drills and preflights, as their events told of them. */
import { ProofRecorded } from '@elvis/contracts';
import { PoolClient } from 'pg';
import { instant } from '../database/unnest';

export async function writeProof(client: PoolClient, proof: ProofRecorded, auditSeq: number): Promise<void> {
  const { proofId, kind, build, mode, startedAtMs, endedAtMs, counts, broken } = proof;
  await client.query(
    `INSERT INTO proofs (id, kind, build, mode, started_at, ended_at, counts, broken, audit_seq)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
    [
      proofId,
      kind,
      build,
      mode,
      instant(startedAtMs),
      instant(endedAtMs),
      JSON.stringify(counts),
      JSON.stringify(broken),
      auditSeq,
    ],
  );
}
