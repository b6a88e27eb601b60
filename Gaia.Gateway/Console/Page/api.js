// The public API with the credential that was entered. It is kept for this tab only.
const place = 'gaia.console';

export const credential = {
  get: () => JSON.parse(sessionStorage.getItem(place) ?? 'null'),
  set: value => sessionStorage.setItem(place, JSON.stringify(value)),
  clear: () => sessionStorage.removeItem(place),
};

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const headersOf = shown => !shown ? {} : shown.kind === 'key' ? { 'X-API-Key': shown.secret } : { Authorization: `Bearer ${shown.secret}` };

async function send(path, { method = 'GET', body, headers, signal, as = credential.get() } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method, signal,
      credentials: 'omit',
      cache: 'no-store',
      headers: { Accept: 'application/json, text/event-stream', ...headersOf(as), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The gateway does not answer.');
  }
  if (response.ok) return response;
  throw await problem(response);
}

async function problem(response) {
  const told = await response.json().catch(() => ({}));
  if (response.status === 401 && credential.get()) {
    credential.clear();
    window.dispatchEvent(new Event('signed-out'));
  }
  const fields = told.errors ? Object.entries(told.errors).map(([field, what]) => `${field}: ${what}`).join('; ') : '';
  const message = response.status === 403 ? 'This credential may not do that: the scope admin is missing.'
    : response.status === 429 ? `Too many requests. Try again in ${response.headers.get('Retry-After') ?? 'a few'} seconds.`
    : fields || told.detail || told.error?.message || told.title || `The gateway answered ${response.status}.`;
  return new ApiError(response.status, message);
}

export async function call(path, options) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

export const text = async (path, options) => (await send(path, options)).text();

// The answer with its headers.
export async function ask(path, options) {
  const response = await send(path, options);
  return { body: await response.json(), headers: response.headers };
}

// /health answers 503 with a report when the database is unavailable.
export async function health(signal) {
  const response = await fetch('/health', { signal, cache: 'no-store', credentials: 'omit' }).catch(() => { throw new ApiError(0, 'The gateway does not answer.'); });
  return response.json();
}

// Server-sent events, one after the other, until the server or the signal ends them.
export async function* events(path, options) {
  const response = await send(path, options);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      const parts = buffer.split(/\r?\n\r?\n/);
      buffer = parts.pop();
      for (const part of parts) {
        const lines = part.split(/\r?\n/);
        const field = name => lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).replace(/^ /, ''));
        const data = field('data').join('\n');
        if (data) yield { event: field('event')[0] ?? 'message', data };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
