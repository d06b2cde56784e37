/** The tokens as a chart needs them: resolved for the theme that is shown, and told when it changes. */
import { useEffect, useState } from 'react';

export interface Colors {
  readonly ink: string;
  readonly line: string;
  readonly accent: string;
  readonly gain: string;
  readonly loss: string;
}

export function colorsOf(within: HTMLElement): Colors {
  const probe = within.appendChild(document.createElement('span'));
  const resolved = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    ink: resolved('--ink-soft'),
    line: resolved('--line'),
    accent: resolved('--accent'),
    gain: resolved('--gain'),
    loss: resolved('--loss'),
  };
  probe.remove();
  return colors;
}

/** Counts up with each change of the theme: what was drawn in the old colours is drawn again. */
export function useThemeCount(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const changed = (): void => setCount((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(changed);
    system.addEventListener('change', changed);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', changed);
      chosen.disconnect();
    };
  }, []);
  return count;
}
