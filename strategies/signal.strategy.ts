import { defineStrategy, param } from '@elvis/strategy';

/** The words of a signal as they are shown in "why". */
const said = (signal: {
  readonly signalId: string;
  readonly confidence: number | null;
  readonly model: string | null;
  readonly note: string | null;
}): string =>
  [
    `signal ${signal.signalId}`,
    signal.model === null ? '' : `of ${signal.model}`,
    signal.confidence === null ? '' : `confidence ${signal.confidence}`,
    signal.note === null ? '' : `(${signal.note})`,
  ]
    .filter((part) => part !== '')
    .join(' ');

export default defineStrategy({
  name: 'signal',
  version: 1,
  summary: 'Does what signals from outside say, such as TradingView alerts or a model in Python.',

  parameters: {
    risk: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.05',
      help: 'Of the capital, lost if the stop is hit',
    }),
    stop: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.1',
      help: 'Distance of the stop from the entry',
    }),
    target: param.fraction({ default: '0.03', from: '0.001', to: '0.5', help: 'Distance of the target' }),
    confidence: param.number({
      default: 0,
      from: 0,
      to: 1,
      help: 'Entries of signals with less are left out; a signal that names none counts as 1',
    }),
    shorts: param.switch({ default: false, help: 'Sell short where a signal says SHORT' }),
  },
  protections: (p) => ({ stop: p.stop, target: p.target }),

  onCandle() {
    // Its steps are the signals.
  },

  onSignal(t, signal) {
    const because = said(signal);
    const isOpposite =
      (signal.action !== 'LONG' && t.position.isLong) || (signal.action !== 'SHORT' && t.position.isShort);
    if (isOpposite) t.exit({ because });
    if (signal.action === 'EXIT') return;
    const isSure = (signal.confidence ?? 1) >= t.params.confidence;
    const isWanted = signal.action === 'LONG' ? !t.position.isLong : t.params.shorts && !t.position.isShort;
    if (!isWanted) return;
    if (isSure) t.enter(signal.action, { size: t.size.toRisk(t.params.risk), because });
    else t.note(`left out, confidence below ${t.params.confidence}: ${because}`);
  },
});
