import { type FormEvent, useEffect } from 'react';
import { grouped } from '../../figures/decimal-text';
import { Button } from '../../parts/button';
import { ChoiceField, TextField } from '../../parts/field';
import { useSession } from '../../session/use-session';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import { Preview } from './preview';
import type { SymbolRules } from './symbol-rules';
import { fieldsOf, typesOf } from './ticket-rules';
import { type Outcome, type Ticket as TicketState, useTicket } from './use-ticket';
import style from './trade.module.css';

interface Shown {
  readonly rules: SymbolRules;
  /** A price that was pointed at in the order book. */
  readonly picked: string | undefined;
}

const TIMES = ['GTC', 'IOC', 'FOK', 'GTX'] as const;
const AMOUNTS = ['stopPrice', 'price', 'callbackRate'] as const;

/** One order: what it is, what risk would say of it, and what became of it. */
export function Ticket({ rules, picked }: Shown) {
  const { t } = useWords();
  const { may } = useSession();
  const ticket = useTicket({
    market: rules.market,
    symbol: rules.symbol,
    side: 'BUY',
    type: 'MARKET',
    quantity: '',
    price: '',
    stopPrice: '',
    callbackRate: '',
    timeInForce: 'GTC',
    reduceOnly: false,
    closePosition: false,
  });
  const { draft, outcome, wrong, isInFlight } = ticket;
  const fields = fieldsOf(draft.market, draft.type);
  const hasPrice = fields.includes('price');
  useEffect(() => {
    if (picked !== undefined && hasPrice) ticket.change({ price: picked });
    // Only what is pointed at changes the price, not what else the ticket does.
  }, [picked]);
  const mayTrade = may('trade');
  const isSpent = outcome !== undefined && outcome.kind !== 'uncertain';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mayTrade) ticket.submit();
  };
  const noteOf = (field: string): string | undefined =>
    wrong.includes(field) ? t('ticket.wrong') : undefined;
  return (
    <form className={style.ticket} onSubmit={submit} aria-label={t('ticket.title')} noValidate>
      <div className={style.sides} role="radiogroup" aria-label={t('field.side')}>
        {(['BUY', 'SELL'] as const).map((side) => (
          <label key={side} className={style.side} data-side={side}>
            <input
              type="radio"
              name="side"
              checked={draft.side === side}
              onChange={() => ticket.change({ side })}
            />
            {t(`side.${side}`)}
          </label>
        ))}
      </div>
      <ChoiceField
        label={t('field.type')}
        value={draft.type}
        choices={typesOf(draft.market).map((type) => [type, t(`type.${type}`)])}
        onChange={({ target }) => ticket.change({ type: target.value as typeof draft.type })}
      />
      <TextField
        label={`${t('field.quantity')} (${rules.baseAsset})`}
        inputMode="decimal"
        autoComplete="off"
        value={draft.quantity}
        note={noteOf('quantity') ?? t('ticket.step', { step: rules.stepSize })}
        aria-invalid={wrong.includes('quantity')}
        onChange={({ target }) => ticket.change({ quantity: target.value })}
      />
      {AMOUNTS.filter((name) => fields.includes(name)).map((name) => (
        <TextField
          key={name}
          label={t(`ticket.${name}`)}
          inputMode="decimal"
          autoComplete="off"
          value={draft[name]}
          note={noteOf(name)}
          aria-invalid={wrong.includes(name)}
          onChange={({ target }) => ticket.change({ [name]: target.value })}
        />
      ))}
      {fields.includes('timeInForce') && (
        <ChoiceField
          label={t('ticket.timeInForce')}
          value={draft.timeInForce}
          choices={TIMES.filter((time) => draft.market === 'futures' || time !== 'GTX').map((time) => [
            time,
            t(`time.${time}`),
          ])}
          onChange={({ target }) => ticket.change({ timeInForce: target.value as (typeof TIMES)[number] })}
        />
      )}
      {(['reduceOnly', 'closePosition'] as const)
        .filter((name) => fields.includes(name))
        .map((name) => (
          <label key={name} className={style.check}>
            <input
              type="checkbox"
              checked={draft[name]}
              onChange={({ target }) => ticket.change({ [name]: target.checked })}
            />
            {t(`ticket.${name}`)}
          </label>
        ))}
      {mayTrade && outcome === undefined && <Preview draft={draft} />}
      <Button
        type="submit"
        look="main"
        aria-disabled={isInFlight || isSpent || !mayTrade}
        disabled={!mayTrade}
        title={mayTrade ? undefined : t('act.readOnly', { scope: 'trade' })}
        data-act="place"
      >
        {isInFlight
          ? t('act.inFlight')
          : outcome?.kind === 'uncertain'
            ? t('ticket.askAgain')
            : t('ticket.place', { side: t(`side.${draft.side}`), symbol: rules.symbol })}
      </Button>
      {!mayTrade && <p className={style.note}>{t('act.readOnly', { scope: 'trade' })}</p>}
      <Said outcome={outcome} ticket={ticket} />
    </form>
  );
}

/** What the system has answered, with the time that took. */
function Said({ outcome, ticket }: { readonly outcome: Outcome | undefined; readonly ticket: TicketState }) {
  const { t, language } = useWords();
  return (
    <div role="status" className={style.outcome} data-outcome={outcome?.kind}>
      {outcome?.kind === 'placed' && (
        <p>
          ✓ {t(`status.${outcome.order.status}`)}: {grouped(outcome.order.filledQuantity, language)} /{' '}
          {grouped(outcome.order.quantity, language)}
          {outcome.order.averagePrice && ` @ ${grouped(outcome.order.averagePrice, language)}`}
        </p>
      )}
      {outcome?.kind === 'refused' && (
        <p className={style.refused}>
          ✕ {outcome.problem.message} <code>{outcome.problem.code}</code>
        </p>
      )}
      {outcome?.kind === 'uncertain' && <p className={style.refused}>? {t('ticket.uncertain')}</p>}
      {outcome && outcome.kind !== 'uncertain' && (
        <div className={style.acts}>
          <span className={style.note}>{t('act.took', { ms: Math.round(outcome.tookMs) })}</span>
          <Why id={outcome.id} />
          <Button onClick={ticket.again}>{t('ticket.newOrder')}</Button>
        </div>
      )}
    </div>
  );
}
