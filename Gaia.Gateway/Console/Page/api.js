// The public API with the credential that was entered, which is in the memory of this page only. A key is asked for again after a reload. Of a session the
// browser has the refresh token, in a cookie that no script can read; that there may be one is noted, so that nobody else asks for it.
const note = 'gaia.console.session';
let held = null;

export const credential = {
  get: () => held,
  set: value => {
    held = value;
    if (value.kind === 'token') localStorage.setItem(note, 'yes');
  },
  clear: () => {
    // The session of another tab goes on.
    if (held?.kind === 'token') localStorage.removeItem(note);
    held = null;
  },
};

// What sets, reads or deletes the cookie.
async function ask(route, body, as = null) {
  const response = await request(`/api/v1/auth/${route}`, { method: 'POST', body, as, headers: { 'X-Requested-With': 'console' }, credentials: 'same-origin' });
  return response.json();
}

const tokenOf = ({ user, session: { access_token: secret } }) => ({ kind: 'token', secret, name: user.email ?? user.name });

export const logIn = async (email, password) => tokenOf(await ask('login', { email, password, cookie: true }));

// With the code of a link, which is good for one sign-in.
export const redeem = async code => tokenOf(await ask('refresh', { refresh_token: code, cookie: true }));

// Ends the session, also when its access token has just expired.
export async function logOut(shown) {
  try {
    await ask('logout', {}, shown);
  } catch (error) {
    if (error.status !== 401 || !await resume()) throw error;
    await ask('logout', {}, held);
  }
}

// Goes on with the session that the browser still has; false when it has none. Requests that find their token expired wait for the same answer.
let resuming = null;

export function resume() {
  if (held?.kind !== 'token' && !localStorage.getItem(note)) return Promise.resolve(false);
  return resuming ??= refresh().finally(() => { resuming = null; });
}

async function refresh() {
  try {
    credential.set(tokenOf(await ask('refresh', {})));
    return true;
  } catch (error) {
    if (![401, 422].includes(error.status)) throw error;
    localStorage.removeItem(note);
    return false;
  }
}

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const headersOf = shown => !shown ? {} : shown.kind === 'key' ? { 'X-API-Key': shown.secret } : { Authorization: `Bearer ${shown.secret}` };

async function send(path, options = {}) {
  const as = options.as === undefined ? credential.get() : options.as;
  try {
    return await request(path, { ...options, as });
  } catch (error) {
    const isMine = options.as === undefined && as !== null;
    if (error.status !== 401 || !isMine) throw error;
    if (as.kind === 'token' && await resume()) return request(path, { ...options, as: credential.get() });
    credential.clear();
    window.dispatchEvent(new Event('signed-out'));
    throw error;
  }
}

async function request(path, { method = 'GET', body, headers, signal, as, credentials = 'omit' }) {
  let response;
  try {
    response = await fetch(path, {
      method, signal,
      credentials,
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
  const fields = told.errors ? Object.entries(told.errors).map(([field, what]) => `${field}: ${what}`).join('; ') : '';
  const message = response.status === 403 ? 'This credential may not do that: the scope admin is missing.'
    : response.status === 429 ? `Too many requests. Try again in ${response.headers.get('Retry-After') ?? 'a few'} seconds.`
    : fields || told.detail || told.error?.message || told.title || `The gateway answered ${response.status}.`;
  return new ApiError(response.status, message);
}

export async function call(path, options) {
  const body = await text(path, options);
  return body ? JSON.parse(body) : null;
}

export const text = async (path, options) => (await send(path, options)).text();

// The answer with its headers.
export async function callWithHeaders(path, options) {
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
