import { Market } from '@elvis/trading';
import { classifyAnswer, classifySilence } from './answers';
import { isPassing, isRepeatable } from './repeats';
import { NoAnswer } from '../transport/transport';

const read = (
  status: number,
  body: unknown,
  market: Market = 'futures',
  headers: Record<string, string> = {},
) =>
  typeof body === 'string'
    ? classifyAnswer(market, { status, headers, body: undefined, text: body })
    : classifyAnswer(market, { status, headers, body, text: JSON.stringify(body) });
const coded = (code: unknown, msg = 'x') => ({ code, msg });

const THROTTLED =
  'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.';

describe('the meaning of an answer', () => {
  it.each`
    status | body                                                                                                  | kind                | because
    ${200} | ${{}}                                                                                                 | ${'OK'}             | ${'an empty object is an answer'}
    ${200} | ${[]}                                                                                                 | ${'OK'}             | ${'so is an empty list'}
    ${200} | ${{ code: 200, msg: 'done' }}                                                                         | ${'OK'}             | ${'code 200 is no error'}
    ${200} | ${{ code: '200', msg: 'success' }}                                                                    | ${'OK'}             | ${'not as text either'}
    ${200} | ${coded(-2011)}                                                                                       | ${'REFUSED'}        | ${'an error inside a 200 is an error'}
    ${200} | ${'{"orderId": 12'}                                                                                   | ${'UNKNOWN'}        | ${'the answer was cut'}
    ${200} | ${''}                                                                                                 | ${'UNKNOWN'}        | ${'the answer was lost'}
    ${302} | ${''}                                                                                                 | ${'UNKNOWN'}        | ${'we follow no redirect'}
    ${400} | ${coded(-2019)}                                                                                       | ${'REFUSED'}        | ${'margin is insufficient'}
    ${400} | ${coded(-1111)}                                                                                       | ${'REFUSED'}        | ${'malformed'}
    ${400} | ${coded(-4164)}                                                                                       | ${'REFUSED'}        | ${'a filter'}
    ${400} | ${coded(-5022)}                                                                                       | ${'REFUSED'}        | ${'post-only would take'}
    ${400} | ${coded(-2011)}                                                                                       | ${'REFUSED'}        | ${'not open; the caller queries'}
    ${400} | ${coded(-2013)}                                                                                       | ${'REFUSED'}        | ${'does not exist'}
    ${401} | ${coded(-2015)}                                                                                       | ${'REFUSED'}        | ${'the key'}
    ${400} | ${coded(-1022)}                                                                                       | ${'REFUSED'}        | ${'the signature'}
    ${400} | ${coded(-4046)}                                                                                       | ${'OK'}             | ${'no need to change'}
    ${400} | ${coded(-5027)}                                                                                       | ${'OK'}             | ${'no need to modify'}
    ${400} | ${coded(-4116)}                                                                                       | ${'UNKNOWN'}        | ${'an earlier attempt may be the order'}
    ${400} | ${coded(-9999)}                                                                                       | ${'UNKNOWN'}        | ${'nobody knows this code'}
    ${400} | ${coded(-1000)}                                                                                       | ${'UNKNOWN'}        | ${'an unknown error occurred'}
    ${400} | ${coded('odd')}                                                                                       | ${'UNKNOWN'}        | ${'that is no code'}
    ${400} | ${coded(null)}                                                                                        | ${'UNKNOWN'}        | ${'nor is that'}
    ${404} | ${'<html>not here</html>'}                                                                            | ${'UNKNOWN'}        | ${'a page is not from the engine'}
    ${400} | ${coded(-1021)}                                                                                       | ${'CLOCK'}          | ${'the gateway refused the timestamp'}
    ${400} | ${coded(-5028)}                                                                                       | ${'CLOCK'}          | ${'the engine refused the timestamp'}
    ${408} | ${''}                                                                                                 | ${'UNKNOWN'}        | ${'the gateway waited in vain'}
    ${408} | ${coded(-1007)}                                                                                       | ${'UNKNOWN'}        | ${'the same, with a code'}
    ${429} | ${coded(-1003)}                                                                                       | ${'WEIGHT_LIMITED'} | ${'the weight is spent'}
    ${429} | ${''}                                                                                                 | ${'WEIGHT_LIMITED'} | ${'the status is enough'}
    ${429} | ${coded(-1015)}                                                                                       | ${'ORDERS_LIMITED'} | ${'the orders are spent'}
    ${418} | ${coded(-1003, 'IP banned until 1615183669840.')}                                                     | ${'BANNED'}         | ${'the ban'}
    ${418} | ${'<html>'}                                                                                           | ${'BANNED'}         | ${'the status is enough'}
    ${403} | ${'<html>The request could not be satisfied</html>'}                                                  | ${'BLOCKED'}        | ${'the firewall'}
    ${451} | ${''}                                                                                                 | ${'BLOCKED'}        | ${'the region'}
    ${503} | ${coded(-1000, 'Unknown error, please check your request or try again later.')}                       | ${'UNKNOWN'}        | ${'the only text that leaves it open'}
    ${503} | ${coded(0, 'Unknown error, please check your request or try again later.')}                           | ${'UNKNOWN'}        | ${'whatever its code'}
    ${503} | ${coded(0, 'Service Unavailable.')}                                                                   | ${'NOT_EXECUTED'}   | ${'certain'}
    ${503} | ${'Service Unavailable.'}                                                                             | ${'NOT_EXECUTED'}   | ${'certain as plain text'}
    ${503} | ${'<html><h1>503 Service Unavailable</h1></html>'}                                                    | ${'UNKNOWN'}        | ${'a proxy page proves nothing'}
    ${503} | ${coded(-1001, 'Internal error; unable to process your request. Please try again.')}                  | ${'NOT_EXECUTED'}   | ${'certain'}
    ${400} | ${coded(-1001, 'Internal error; unable to process your request. Please try again.')}                  | ${'NOT_EXECUTED'}   | ${'certain at any status'}
    ${503} | ${coded(-1001, 'Something else.')}                                                                    | ${'UNKNOWN'}        | ${'-1001 alone proves nothing'}
    ${503} | ${coded(-1008, THROTTLED)}                                                                            | ${'NOT_EXECUTED'}   | ${'throttled'}
    ${503} | ${coded(0, THROTTLED)}                                                                                | ${'NOT_EXECUTED'}   | ${'throttled, by its text'}
    ${503} | ${coded(0, 'Server is currently overloaded with other requests. Please try again in a few minutes.')} | ${'NOT_EXECUTED'}   | ${'the older text'}
    ${500} | ${coded(-1006)}                                                                                       | ${'UNKNOWN'}        | ${'unexpected response'}
    ${504} | ${coded(-1007)}                                                                                       | ${'UNKNOWN'}        | ${'backend timeout'}
    ${502} | ${'bad gateway'}                                                                                      | ${'UNKNOWN'}        | ${'any other 5xx'}
    ${500} | ${coded(-2019)}                                                                                       | ${'UNKNOWN'}        | ${'a refusal does not come as a 5xx'}
    ${999} | ${coded(-2019)}                                                                                       | ${'UNKNOWN'}        | ${'nobody knows this status'}
  `('futures $status $body is $kind: $because', ({ status, body, kind }) => {
    expect(read(status, body)).toMatchObject({ kind, status });
  });

  it.each`
    status | body                                     | kind         | because
    ${503} | ${coded(0, 'Service Unavailable.')}      | ${'UNKNOWN'} | ${'every 5xx of spot is open'}
    ${503} | ${coded(-1008, THROTTLED)}               | ${'UNKNOWN'} | ${'this one too'}
    ${400} | ${coded(-2021, 'partly failed')}         | ${'UNKNOWN'} | ${'one half of a cancel-replace succeeded'}
    ${400} | ${coded(-2022, 'failed')}                | ${'REFUSED'} | ${'both halves failed'}
    ${400} | ${coded(-2010, 'Duplicate order sent.')} | ${'UNKNOWN'} | ${'an earlier attempt may be the order'}
    ${400} | ${coded(-2010, 'Market is closed.')}     | ${'REFUSED'} | ${'a plain refusal'}
  `('spot $status $body is $kind: $because', ({ status, body, kind }) => {
    expect(read(status, body, 'spot')).toMatchObject({ kind });
  });

  it('carries when the exchange wants to hear from us again', () => {
    expect(read(429, coded(-1003), 'futures', { 'retry-after': '9' }).wait).toEqual({ retryAfterMs: 9_000 });
    expect(read(418, coded(-1003, 'IP banned until 1615183669840')).wait).toEqual({
      bannedUntilMs: 1615183669840,
    });
    expect(read(429, coded(-1015)).wait).toEqual({});
  });

  it('keeps the words of the exchange short', () => {
    expect(read(400, coded(-1100, 'x'.repeat(5_000))).message).toHaveLength(300);
  });
});

describe('the meaning of a silence', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code });

  it.each`
    error                                                                      | kind             | because
    ${new NoAnswer('never-left', 'ECONNREFUSED')}                              | ${'UNREACHABLE'} | ${'there was no connection'}
    ${new NoAnswer('lost', 'ECONNRESET')}                                      | ${'UNKNOWN'}     | ${'it may have arrived'}
    ${withCode('ECONNREFUSED')}                                                | ${'UNREACHABLE'} | ${'there was no connection'}
    ${withCode('ENOTFOUND')}                                                   | ${'UNREACHABLE'} | ${'there was no address'}
    ${withCode('ECONNRESET')}                                                  | ${'UNKNOWN'}     | ${'the connection broke'}
    ${withCode('ECONNABORTED')}                                                | ${'UNKNOWN'}     | ${'we gave up waiting'}
    ${withCode('ETIMEDOUT')}                                                   | ${'UNKNOWN'}     | ${'nobody says at which stage'}
    ${new Error('x', { cause: withCode('ECONNREFUSED') })}                     | ${'UNREACHABLE'} | ${'the cause tells'}
    ${new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')])} | ${'UNREACHABLE'} | ${'no address could be reached'}
    ${new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNRESET')])}  | ${'UNKNOWN'}     | ${'one address was reached'}
    ${new Error('whatever')}                                                   | ${'UNKNOWN'}     | ${'it says nothing'}
    ${'a string'}                                                              | ${'UNKNOWN'}     | ${'not an Error at all'}
    ${undefined}                                                               | ${'UNKNOWN'}     | ${'nothing at all'}
    ${null}                                                                    | ${'UNKNOWN'}     | ${'nothing at all'}
    ${{ code: 17 }}                                                            | ${'UNKNOWN'}     | ${'that is no code'}
  `('$error is $kind: $because', ({ error, kind }) => {
    expect(classifySilence(error)).toMatchObject({ kind, status: 0 });
  });
});

describe('sending a call again', () => {
  it.each`
    method      | path                             | repeatable
    ${'GET'}    | ${'/fapi/v1/order'}              | ${true}
    ${'DELETE'} | ${'/fapi/v1/order'}              | ${true}
    ${'DELETE'} | ${'/fapi/v1/allOpenOrders'}      | ${true}
    ${'POST'}   | ${'/fapi/v1/leverage'}           | ${true}
    ${'POST'}   | ${'/fapi/v1/listenKey'}          | ${true}
    ${'PUT'}    | ${'/fapi/v1/listenKey'}          | ${true}
    ${'POST'}   | ${'/fapi/v1/order'}              | ${false}
    ${'PUT'}    | ${'/fapi/v1/order'}              | ${false}
    ${'POST'}   | ${'/fapi/v1/batchOrders'}        | ${false}
    ${'PUT'}    | ${'/fapi/v1/batchOrders'}        | ${false}
    ${'POST'}   | ${'/fapi/v1/algoOrder'}          | ${false}
    ${'POST'}   | ${'/api/v3/order'}               | ${false}
    ${'POST'}   | ${'/api/v3/order/cancelReplace'} | ${false}
    ${'POST'}   | ${'/fapi/v1/positionMargin'}     | ${false}
  `('$method $path: $repeatable', ({ method, path, repeatable }) => {
    expect(isRepeatable({ method, path })).toBe(repeatable);
  });

  it.each`
    kind                | passing
    ${'OK'}             | ${false}
    ${'REFUSED'}        | ${false}
    ${'BANNED'}         | ${false}
    ${'BLOCKED'}        | ${false}
    ${'ORDERS_LIMITED'} | ${false}
    ${'NOT_EXECUTED'}   | ${true}
    ${'UNREACHABLE'}    | ${true}
    ${'UNKNOWN'}        | ${true}
    ${'WEIGHT_LIMITED'} | ${true}
    ${'CLOCK'}          | ${true}
  `('helps after $kind: $passing', ({ kind, passing }) => {
    expect(isPassing({ kind, status: 0, message: '' })).toBe(passing);
  });
});
