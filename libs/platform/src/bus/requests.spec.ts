import { findOrder, journalSubject } from '@elvis/contracts';
import { PrivateNats, startNats } from '@elvis/testing';
import { ErrorCode, NatsConnection, StringCodec, headers } from 'nats';
import { connectNats } from './nats-connection';
import { JetStreamRefusal, storedAt } from './jetstream';
import { Requests } from './requests';

const codec = StringCodec();
const encode = (text: string): Uint8Array => codec.encode(text);
const decode = (data: Uint8Array): string => codec.decode(data);
const TERMS = { timeoutMs: 40_000 };

describe('requests over one inbox', () => {
  let nats: PrivateNats;
  let asking: NatsConnection;
  let serving: NatsConnection;

  beforeAll(async () => {
    nats = await startNats();
    asking = await connectNats(nats.urls.risk, 'asking');
    serving = await connectNats(nats.urls.execution, 'serving');
  });

  afterAll(async () => {
    await Promise.all([asking.close(), serving.close()]);
    await nats.stop();
  });

  it('are each given their own answer, in whatever order the answers come', async () => {
    const held: (() => void)[] = [];
    const subscription = serving.subscribe(findOrder.subject, {
      callback: (_error, message) => {
        held.push(() => message.respond(message.data));
        if (held.length === 3) for (const answer of held.reverse()) answer();
      },
    });
    await serving.flush();
    const requests = Requests.over(asking);
    const answers = ['a', 'b', 'c'].map((text) => requests.request(findOrder.subject, encode(text), TERMS));
    expect((await Promise.all(answers)).map(({ data }) => decode(data))).toEqual(['a', 'b', 'c']);
    subscription.unsubscribe();
    await serving.flush();
  });

  it('share the inbox of their connection', () => {
    expect(Requests.over(asking)).toBe(Requests.over(asking));
    expect(Requests.over(asking)).not.toBe(Requests.over(serving));
  });

  it('fail at once where nothing serves the subject', async () => {
    const request = Requests.over(asking).request(findOrder.subject, encode('x'), TERMS);
    await expect(request).rejects.toMatchObject({ code: ErrorCode.NoResponders });
  });

  it('fail when no answer came in time', async () => {
    const subscription = serving.subscribe(findOrder.subject, { callback: () => undefined });
    await serving.flush();
    const request = Requests.over(asking).request(findOrder.subject, encode('x'), { timeoutMs: 1 });
    await expect(request).rejects.toMatchObject({ code: ErrorCode.Timeout });
    subscription.unsubscribe();
    await serving.flush();
  });

  it('fail when the connection is closed under them', async () => {
    const subscription = serving.subscribe(findOrder.subject, { callback: () => undefined });
    await serving.flush();
    const other = await connectNats(nats.urls.risk, 'closing');
    const request = Requests.over(other).request(findOrder.subject, encode('x'), TERMS);
    const failed = expect(request).rejects.toMatchObject({ code: ErrorCode.Cancelled });
    await other.close();
    await failed;
    subscription.unsubscribe();
  });

  it('say where a stream has stored a message, and that it refused one', async () => {
    const requests = Requests.over(asking);
    const first = headers();
    first.set('Nats-Expected-Last-Subject-Sequence', '0');
    const store = () => storedAt(requests, journalSubject('one'), encode('{}'), { ...TERMS, headers: first });
    expect(await store()).toBeGreaterThan(0);
    const refused = await store().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(JetStreamRefusal);
    expect((refused as JetStreamRefusal).number).toBe(10071);
  });
});
