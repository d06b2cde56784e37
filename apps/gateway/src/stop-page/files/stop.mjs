// The stop page: no framework, no other file, nothing kept. It asks until it is answered, since the stop may be asked twice.
import { textsFor } from './texts.mjs';

const at = (id) => document.getElementById(id);
const text = textsFor(navigator.language);
const AGAIN_MS = 1_000;
const LOOK_MS = 500;
const PHASES = ['requested', 'blocked', 'drained', 'cancelling', 'verified'];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

document.documentElement.lang = text.lang;
document.title = `Elvis: ${text.title}`;
for (const element of document.querySelectorAll('[data-text]'))
  element.textContent = text[element.dataset.text];

const scopeOf = () => document.querySelector('[name=scope]:checked').value;
for (const radio of document.querySelectorAll('[name=scope]'))
  radio.addEventListener('change', () => {
    const isAll = scopeOf() === 'global';
    at('value').hidden = isAll;
    at('value').required = !isAll;
    at('value').placeholder = isAll ? '' : text[`${scopeOf()}Example`];
  });

const headers = () => ({ 'x-api-key': at('key').value.trim(), 'content-type': 'application/json' });

function showState({ active, scopes = [], since }) {
  const isStopped = active === true;
  at('state').dataset.state = isStopped ? 'stopped' : 'trading';
  const names = scopes.map(
    ({ scope, state }) => `${scope.value ?? text.all} (${text.states[state] ?? state})`,
  );
  at('state').textContent = isStopped
    ? `■ ${text.isStopped} ${names.join(', ')}${since ? `, ${since}` : ''}`
    : `▶ ${text.isTrading}`;
}

function list(element, rows) {
  element.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      detail.textContent = value;
      return [term, detail];
    }),
  );
}

function showStop(stop) {
  const begun = Date.parse(stop.phases?.requested ?? '');
  at('phases').replaceChildren(
    ...PHASES.map((phase) => {
      const item = document.createElement('li');
      const passed = Date.parse(stop.phases?.[phase] ?? '');
      const took = Number.isNaN(passed) ? text.notYet : `+${Math.max(0, passed - begun)} ms`;
      item.textContent = `${text.phases[phase]}: ${took}`;
      return item;
    }),
  );
  const many = (items) => (items === null || items === undefined ? text.unknown : `${items.length}`);
  list(at('left'), [
    [text.canceled, `${stop.canceled_orders ?? text.unknown}`],
    [text.remaining, many(stop.remaining_orders)],
    [text.unprotected, (stop.unprotected_positions ?? [text.unknown]).join(', ') || text.none],
    [
      text.positions,
      stop.open_positions === null ? text.unknown : stop.open_positions?.join(', ') || text.none,
    ],
  ]);
}

/** Until the system has answered: what was asked is in force, or the asker must change something. */
async function ask(body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch('/api/v1/emergency_stop', { method: 'POST', headers: headers(), body });
      const told = await answer.json();
      if (answer.ok) return [told, text.stopped];
      if (answer.status === 409) return [told.state ?? {}, text.wasStopped];
      const isLasting = answer.status < 500 && answer.status !== 429;
      at('outcome').textContent = `${text.notStopped} ${told.detail ?? answer.status}`;
      if (isLasting) return [];
    } catch {
      at('outcome').textContent = `${text.noAnswer} (${attempt})`;
    }
    await pause(AGAIN_MS);
  }
}

async function stop(event) {
  event.preventDefault();
  at('stop').disabled = true;
  const type = scopeOf();
  const scope = type === 'global' ? { type } : { type, value: at('value').value.trim() };
  const reason = at('reason').value.trim();
  try {
    const [stopped, said] = await ask(JSON.stringify({ scope, ...(reason && { reason }) }));
    if (!stopped) return;
    at('outcome').textContent = said + (stopped.drained === false ? ` ${text.notDrained}` : '');
    showStop(stopped);
    await follow();
  } finally {
    at('stop').disabled = false;
  }
}

/** Shows what still rests at the exchange, as often as it changes. */
async function follow() {
  for (let looks = 0; looks < 240; looks += 1) {
    const status = await look();
    if (status?.phase === 'VERIFIED_ZERO' || status?.active === false) return;
    await pause(LOOK_MS);
  }
}

async function look() {
  if (at('key').value === '') return undefined;
  try {
    const answer = await fetch('/api/v1/emergency_stop/status', { headers: headers() });
    if (!answer.ok) return undefined;
    const status = await answer.json();
    showState(status);
    return status;
  } catch {
    at('state').dataset.state = 'unknown';
    at('state').textContent = `? ${text.unreachable}`;
    return undefined;
  }
}

at('state').textContent = `? ${text.needsKey}`;
at('form').addEventListener('submit', (event) => void stop(event));
at('key').addEventListener('change', () => void look());
setInterval(() => document.visibilityState === 'visible' && void look(), 5_000);
at('key').focus();
