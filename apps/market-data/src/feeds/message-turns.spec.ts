import { until } from '@elvis/testing';
import { MessageTurns } from './message-turns';

describe('turns', () => {
  const handled: string[] = [];
  let onRead: () => void = () => undefined;
  const turns = new MessageTurns<string>(
    () => onRead(),
    (items) => void handled.push(items.join('')),
  );

  beforeEach(() => {
    handled.length = 0;
    onRead = () => undefined;
  });
  afterEach(() => turns.stop());

  it('handle together what has come by then, and what could be read meanwhile, in its order', async () => {
    onRead = () => setImmediate(() => turns.add('c'));
    turns.add('a');
    turns.add('b');
    expect(handled).toEqual([]);
    await until(() => handled.length > 0);
    expect(handled).toEqual(['abc']);
  });

  it('follow each other for as long as something comes', async () => {
    turns.add('a');
    await until(() => handled.length === 1);
    turns.add('b');
    await until(() => handled.length === 2);
    expect(handled).toEqual(['a', 'b']);
  });

  it('can be had at once, and are not had twice', async () => {
    turns.add('a');
    turns.handleNow();
    expect(handled).toEqual(['a']);
    turns.add('b');
    await until(() => handled.length === 2);
    expect(handled).toEqual(['a', 'b']);
  });
});
