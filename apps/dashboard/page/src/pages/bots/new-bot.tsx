import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type RequestOf } from '../../api/api';
import { ActButton } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ChoiceField, TextField } from '../../parts/field';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { ParameterFields } from './parameter-fields';
import { defaultsOf, type Parameters, readParameters, type Typed } from './schema-form';
import style from './bots.module.css';

type NewConfig = NonNullable<RequestOf<'/api/v1/bot-configs', 'post'>>;
const INTERVALS: readonly NewConfig['interval'][] = ['1m', '3m', '5m', '15m', '30m', '1h', '4h', '1d'];

/** A bot from a strategy's own description of itself. */
export function NewBot({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const strategies = useQuery({ queryKey: ['strategies'], queryFn: () => call('get', '/api/v1/strategies') });
  return (
    <Dialog title={t('bots.new')} onClose={onClose}>
      <Answer of={strategies}>{({ items }) => <Form strategies={items} />}</Answer>
    </Dialog>
  );
}

interface Strategies {
  readonly strategies: readonly {
    readonly name: string;
    readonly summary: string;
    readonly parameters: unknown;
  }[];
}

function Form({ strategies }: Strategies) {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [strategy, setStrategy] = useState(strategies[0]?.name ?? '');
  const [body, setBody] = useState({
    name: '',
    market: 'futures' as NewConfig['market'],
    symbol: 'BTCUSDT',
    interval: '1m' as NewConfig['interval'],
    initialCapital: '1000',
    mode: 'paper' as NewConfig['mode'],
  });
  const chosen = strategies.find(({ name }) => name === strategy);
  const parameters = (chosen?.parameters ?? {}) as Parameters;
  const [typed, setTyped] = useState<Typed>({});
  const change = (part: Partial<typeof body>): void => setBody((before) => ({ ...before, ...part }));
  const shown = { ...defaultsOf(parameters), ...typed };
  const create = async (): Promise<void> => {
    const { id } = await call('post', '/api/v1/bot-configs', {
      body: { ...body, strategy, leverage: 1, parameters: readParameters(parameters, shown) },
    });
    await queries.invalidateQueries({ queryKey: ['bots'] });
    await navigate({ to: '/bots/$id', params: { id } });
  };
  return (
    <div className={style.form}>
      <ChoiceField
        label={t('bots.strategy')}
        value={strategy}
        note={chosen?.summary}
        choices={strategies.map(({ name }) => [name, name])}
        onChange={({ target }) => {
          setStrategy(target.value);
          setTyped({});
        }}
      />
      <TextField
        label={t('bots.name')}
        value={body.name}
        autoComplete="off"
        onChange={({ target }) => change({ name: target.value })}
      />
      <div className={style.pair}>
        <TextField
          label={t('field.symbol')}
          value={body.symbol}
          onChange={({ target }) => change({ symbol: target.value.toUpperCase() })}
        />
        <ChoiceField
          label={t('bots.interval')}
          value={body.interval}
          choices={INTERVALS.map((interval) => [interval, interval])}
          onChange={({ target }) => change({ interval: target.value as NewConfig['interval'] })}
        />
        <ChoiceField
          label={t('bots.market')}
          value={body.market}
          choices={[
            ['futures', t('market.futures')],
            ['spot', t('market.spot')],
          ]}
          onChange={({ target }) => change({ market: target.value as NewConfig['market'] })}
        />
        <TextField
          label={t('bots.capital')}
          inputMode="decimal"
          value={body.initialCapital}
          onChange={({ target }) => change({ initialCapital: target.value })}
        />
        <ChoiceField
          label={t('bots.mode')}
          value={body.mode}
          choices={[
            ['paper', t('bots.paper')],
            ['live', t('bots.live')],
          ]}
          onChange={({ target }) => change({ mode: target.value as NewConfig['mode'] })}
        />
      </div>
      <fieldset className={style.pair}>
        <legend>{t('bots.parameters')}</legend>
        <ParameterFields parameters={parameters} typed={shown} onType={setTyped} />
      </fieldset>
      <ActButton
        scope="trade"
        look="main"
        disabled={body.name.trim() === ''}
        onAct={create}
        data-act="create-bot"
      >
        {t('bots.create')}
      </ActButton>
    </div>
  );
}
