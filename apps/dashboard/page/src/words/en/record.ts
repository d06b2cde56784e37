/** Texts of the record: the audit log and the chain of an id. */
export const en = {
  'record.id': 'Any id: order, fill, decision, trace, step, audit number',
  'record.ask': 'Show its chain',
  'record.chainOf': 'Chain of {id}',
  'record.log': 'Audit log',
  'record.none': 'The audit log is empty',
  'record.noneNext': 'Each order, decision, fill and change of a limit is written here with its hash.',
  'record.seq': 'No.',
  'record.actor': 'By',
  'record.about': 'About',
  'record.hash': 'Hash',
  'record.entry': 'Entry {seq}',
  'record.noEntry': 'The audit log has no entry {seq} that you may see',
  'record.written': 'Written',
  'record.trace': 'Trace',
} as const;
