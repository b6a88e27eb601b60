import { credential, events } from './api.js';

// One stream of live figures for all that shows them, with what the last minute was.
const length = 60;
const listeners = new Set();
let running = null;

export const ticks = [];

export function watch(signal, listener) {
  listeners.add(listener);
  signal.addEventListener('abort', () => {
    listeners.delete(listener);

    // The next page may want them too.
    setTimeout(() => { if (listeners.size === 0) stop(); }, 1000);
  });
  running ??= start();
}

export function forget() {
  stop();
  ticks.length = 0;
}

function stop() {
  running?.abort();
  running = null;
}

const tell = state => listeners.forEach(listener => listener(state));

function start() {
  ticks.length = 0;
  const controller = new AbortController();
  run(controller.signal);
  return controller;
}

async function run(signal) {
  while (!signal.aborted && credential.get()) {
    try {
      for await (const { event, data } of events('/api/v1/admin/live', { signal })) {
        if (event !== 'tick') continue;
        ticks.push(JSON.parse(data));
        if (ticks.length > length) ticks.shift();
        tell({ tick: ticks.at(-1) });
      }
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      tell({ error });
      if (error.status === 403) return;
    }
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
}
