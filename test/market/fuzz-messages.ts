/** `npm run fuzz:market [-- --messages 1000000 --seed 1]`: line M8, the count of each kind that was found. */
import { parseArgs } from 'node:util';
import { fuzzMessages } from './message-fuzz';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const PART = 50_000;
const total = new Map<string, number>();
for (let done = 0, part = 0; done < Number(values.messages); done += PART, part += 1) {
  const count = Math.min(PART, Number(values.messages) - done);
  for (const [kind, found] of fuzzMessages(count, Number(values.seed) * 1_000 + part))
    total.set(kind, (total.get(kind) ?? 0) + found);
}
for (const [kind, count] of [...total].sort()) console.log(`${kind}: ${count}`);
const sum = [...total.values()].reduce((all, count) => all + count, 0);
console.log(`${sum} messages read, none threw`);
