/**
 * The longest a stop can take until nothing sent before it can still be accepted: there is no answer, Redis lost its
 * data, and only the permit's end and the exchange's own timestamp rule are left to wait for.
 */
import { fullWaitOutMs, stopBounds } from '@elvis/trading';

export const fullStopBoundMs = (recvWindowMs: number): number => fullWaitOutMs(stopBounds(recvWindowMs));
