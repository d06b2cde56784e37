/** Tells the running system what a drill, a fault run or the preflight has found: go/no-go rests on it. */
import { ProofRecorded, proofRecorded } from '@elvis/contracts';
import { EventLog, ServiceIdentity } from '@elvis/platform';
import { randomUUID } from 'node:crypto';
import { buildId } from './build-id';
import { givenValues } from '../launcher/settings';
import { findRunningSystem, openNats } from './running-system';

const OPERATOR = 'operator';

/** Of the build that is compiled here. Where no system runs it is said, and the proof is lost. */
export async function recordProof(
  root: string,
  proof: Omit<ProofRecorded, 'proofId' | 'build' | 'mode' | 'endedAtMs'>,
): Promise<void> {
  const { stack } = findRunningSystem(root);
  if (!stack) return console.log('Not recorded for go/no-go: no system runs here (npm start)');
  const given = givenValues(root);
  const data: ProofRecorded = {
    ...proof,
    proofId: randomUUID(),
    build: given.BUILD_ID ?? buildId(root),
    mode: given.TRADING_MODE ?? 'paper',
    endedAtMs: Date.now(),
  };
  try {
    const connection = await openNats(stack.operatorNatsUrl);
    try {
      const log = new EventLog(connection, new ServiceIdentity(OPERATOR, 1));
      await log.publish(proofRecorded, data, { id: `proof.recorded:${data.proofId}`, actor: OPERATOR });
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(`Not recorded for go/no-go (${(error as Error).message}); run it again`);
  }
}
