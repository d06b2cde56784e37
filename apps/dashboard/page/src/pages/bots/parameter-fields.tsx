import { ChoiceField, TextField } from '../../parts/field';
import { useWords } from '../../words/use-words';
import type { Parameters, Typed } from './schema-form';

interface Shown {
  readonly parameters: Parameters;
  readonly typed: Typed;
  readonly onType: (typed: Typed) => void;
}

/** One field for each parameter, as the strategy describes it. */
export function ParameterFields({ parameters, typed, onType }: Shown) {
  const { t } = useWords();
  return Object.entries(parameters).map(([name, { kind, from, to, among, help }]) => {
    const range = from === undefined ? undefined : t('bots.range', { from, to: String(to) });
    const note = [help, range].filter(Boolean).join(' · ');
    const shared = { label: name, note, value: typed[name] ?? '' };
    const type = (value: string): void => onType({ ...typed, [name]: value });
    if (kind === 'switch' || kind === 'choice')
      return (
        <ChoiceField
          key={name}
          {...shared}
          choices={
            kind === 'switch'
              ? [
                  ['false', t('bots.no')],
                  ['true', t('bots.yes')],
                ]
              : (among ?? []).map((choice) => [choice, choice])
          }
          onChange={({ target }) => type(target.value)}
        />
      );
    return (
      <TextField
        key={name}
        {...shared}
        inputMode="decimal"
        autoComplete="off"
        onChange={({ target }) => type(target.value)}
      />
    );
  });
}
