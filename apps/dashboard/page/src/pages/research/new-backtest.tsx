import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { ActButton } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ChoiceField, TextField } from '../../parts/field';
import { useWords } from '../../words/use-words';
import { ParameterFields } from '../bots/parameter-fields';
import { defaultsOf, type Parameters, readParameters, type Typed } from '../bots/schema-form';
import style from './research.module.css';

const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
const KINDS = ['backtest', 'walk-forward', 'grid'] as const;

/** Queues a backtest, a walk-forward or a grid; each counts as a trial, for ever. */
export function NewBacktest({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const strategies = useAnswer('/api/v1/strategies');
  // One for each opened dialog: a repeat of the click is the same job.
  const [key] = useState(() => crypto.randomUUID());
  const [kind, setKind] = useState<(typeof KINDS)[number]>('backtest');
  const [name, setName] = useState('ema-crossover');
  const [data, setData] = useState('generated:30:1');
  const [symbol, setSymbol] = useState('BTCUSDT');
  const [interval, setInterval] = useState<(typeof INTERVALS)[number]>('5m');
  const [grid, setGrid] = useState('fast=6,9,12 slow=21,34');
  const [typed, setTyped] = useState<Typed>({});
  const strategy = strategies.data?.items.find((item) => item.name === name);
  const parameters = (strategy?.parameters ?? {}) as unknown as Parameters;
  const shown = { ...defaultsOf(parameters), ...typed };
  const run = async (): Promise<void> => {
    const body = {
      strategy: name,
      data,
      symbol,
      market: 'futures' as const,
      interval,
      capital: '10000',
      leverage: 1,
      seed: 1,
      parameters: readParameters(parameters, shown),
    };
    const idempotencyKey = key;
    if (kind === 'backtest') await call('post', '/api/v1/backtests', { body, idempotencyKey });
    else if (kind === 'grid')
      await call('post', '/api/v1/backtests/grid', {
        body: { ...body, grid: readGrid(grid) },
        idempotencyKey,
      });
    else
      await call('post', '/api/v1/backtests/walk-forward', { body: { ...body, parts: 5 }, idempotencyKey });
    await queries.invalidateQueries({ queryKey: ['/api/v1/backtests'] });
    onClose();
  };
  return (
    <Dialog title={t('research.new')} onClose={onClose}>
      <ChoiceField
        label={t('research.kind')}
        value={kind}
        choices={KINDS.map((one) => [one, t(`research.${one}`)])}
        onChange={({ target }) => setKind(target.value as typeof kind)}
      />
      <ChoiceField
        label={t('bots.strategy')}
        value={name}
        note={strategy?.summary}
        choices={(strategies.data?.items ?? []).map((item) => [item.name, item.name])}
        onChange={({ target }) => {
          setName(target.value);
          setTyped({});
        }}
      />
      <div className={style.pair}>
        <TextField
          label={t('research.data')}
          note={t('research.dataNote')}
          value={data}
          onChange={({ target }) => setData(target.value)}
        />
        <TextField
          label={t('field.symbol')}
          value={symbol}
          onChange={({ target }) => setSymbol(target.value.toUpperCase())}
        />
        <ChoiceField
          label={t('bots.interval')}
          value={interval}
          choices={INTERVALS.map((one) => [one, one])}
          onChange={({ target }) => setInterval(target.value as typeof interval)}
        />
      </div>
      {kind === 'grid' && (
        <TextField
          label={t('research.grid')}
          note={t('research.gridNote')}
          value={grid}
          onChange={({ target }) => setGrid(target.value)}
        />
      )}
      <fieldset className={style.pair}>
        <legend>{t('bots.parameters')}</legend>
        <ParameterFields parameters={parameters} typed={shown} onType={setTyped} />
      </fieldset>
      <ActButton scope="trade" look="main" onAct={run}>
        {t('research.run')}
      </ActButton>
    </Dialog>
  );
}

/** `fast=6,9 slow=21,34`: each value of the one with each of the other. */
const readGrid = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    text
      .split(/\s+/)
      .map((part) => part.split('='))
      .flatMap(([parameter, values]) => (parameter && values ? [[parameter, values.split(',')]] : [])),
  );
