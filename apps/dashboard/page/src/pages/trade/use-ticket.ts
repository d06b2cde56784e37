/**
 * The life of one order of the ticket. Its id is made with the draft and kept through every retry; once the gateway has
 * answered, the ticket is spent: Enter again sends nothing until something is changed or a new order is asked for.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { ApiProblem } from '../../api/api-problem';
import { newOrderId } from '../../api/new-id';
import { type Draft, readDraft } from './ticket-rules';

type Order = AnswerOf<'/api/v1/orders', 'post'>;

export type Outcome =
  | { readonly kind: 'placed'; readonly id: string; readonly order: Order; readonly tookMs: number }
  | { readonly kind: 'refused'; readonly id: string; readonly problem: ApiProblem; readonly tookMs: number }
  /** No answer: the same order is asked for again under the same id. */
  | { readonly kind: 'uncertain'; readonly id: string; readonly problem: ApiProblem };

export interface Ticket {
  readonly draft: Draft;
  readonly outcome: Outcome | undefined;
  readonly isInFlight: boolean;
  readonly wrong: readonly string[];
  readonly change: (change: Partial<Draft>) => void;
  readonly submit: () => void;
  readonly again: () => void;
}

export function useTicket(first: Draft): Ticket {
  const [draft, setDraft] = useState(first);
  const [id, setId] = useState(newOrderId);
  const [outcome, setOutcome] = useState<Outcome>();
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const queries = useQueryClient();
  const place = useMutation({
    mutationFn: (order: Parameters<typeof send>[0]) => send(order),
    onSuccess: (answer) => {
      setOutcome(answer);
      void queries.invalidateQueries({ queryKey: ['/api/v1/orders'] });
    },
  });
  const renew = (): void => {
    setId(newOrderId());
    setOutcome(undefined);
    setWrong([]);
  };
  return {
    draft,
    outcome,
    wrong,
    isInFlight: place.isPending,
    change: (change) => {
      setDraft((before) => ({ ...before, ...change }));
      if (outcome && outcome.kind !== 'uncertain') renew();
    },
    submit: () => {
      if (place.isPending || (outcome && outcome.kind !== 'uncertain')) return;
      const read = readDraft(draft);
      if ('wrong' in read) return setWrong(read.wrong);
      setWrong([]);
      place.mutate({ ...read.order, clientOrderId: id });
    },
    again: renew,
  };
}

async function send(
  order: NonNullable<Parameters<typeof call<'post', '/api/v1/orders'>>[2]>['body'] & object,
): Promise<Outcome> {
  const startedMs = performance.now();
  const id = order.clientOrderId ?? '';
  try {
    const placed = await call('post', '/api/v1/orders', { body: order });
    return { kind: 'placed', id, order: placed, tookMs: performance.now() - startedMs };
  } catch (problem) {
    if (!(problem instanceof ApiProblem)) throw problem;
    if (problem.isUncertain) return { kind: 'uncertain', id, problem };
    return { kind: 'refused', id, problem, tookMs: performance.now() - startedMs };
  }
}
