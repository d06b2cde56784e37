/** The Redis keys that execution writes while it obeys a stop; risk reads them. */

/** Hash of recorded grants: `<approvalId>` -> end of the grant on the exchange's clock, milliseconds. */
export const GRANTS_KEY = 'ELVIS_GRANTS';
/** Hash `<stopId>` -> JSON `StopProgress`, written by execution's stop supervisor. */
export const STOP_PROGRESS_KEY = 'ELVIS_KILL_SWITCH:progress';
/** Counter of heartbeats and looks: the order in which replicas and the stop supervisor read this Redis. */
export const STOP_BEATS_KEY = 'ELVIS_EXECUTION_BEATS';
/** When counter, heartbeats and grants began; it is lost with them where Redis is emptied, and then set again. */
export const STOP_RECORDS_SINCE_KEY = 'ELVIS_EXECUTION_BOOKS';
