import { call, credential, logIn, logOut } from './api.js';
import { h } from './dom.js';

// Asks for a key, or for an e-mail address and a password, and looks whether they are an administrator's.
export function signIn(main, done) {
  const said = h('p', { class: 'notice-line', role: 'alert' });
  const key = h('input', { id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true });
  const email = h('input', { id: 'email', type: 'email', autocomplete: 'username', required: true });
  const password = h('input', { id: 'password', type: 'password', autocomplete: 'current-password', required: true });

  const attempt = read => async event => {
    event.preventDefault();
    const submit = event.target.querySelector('button');
    submit.disabled = true;
    said.textContent = '';
    let shown = null;
    try {
      shown = await read();
      const me = await call('/api/v1/auth/me', { as: shown });
      if (!me.scopes?.includes('admin')) {
        said.textContent = 'This credential is valid, but the scope admin is missing.';
        return;
      }
      credential.set({ name: me.user?.email ?? me.user?.name ?? 'API key', ...shown });
      shown = null;
      done();
    } catch (error) {
      said.textContent = error.status === 401 ? 'That is not a valid credential.' : error.message;
    } finally {
      // A session that is of no use here does not stay in the browser.
      if (shown?.kind === 'token') await logOut(shown).catch(() => {});
      submit.disabled = false;
    }
  };

  main.append(h('div', { class: 'sign-in' },
    h('h1', { tabindex: '-1' }, 'Gaia console'),
    h('p', {}, 'For administrators. What you enter goes to this gateway only. A key is forgotten when the page is reloaded; a session goes on in this browser until you sign out.'),
    said,
    h('form', { class: 'card', onsubmit: attempt(async () => ({ kind: 'key', secret: key.value.trim() })) },
      h('h2', {}, 'With an API key'),
      h('label', { for: 'key' }, 'API key'), key,
      h('button', { class: 'primary' }, 'Sign in with key')),
    h('form', {
      class: 'card',
      onsubmit: attempt(() => logIn(email.value, password.value)),
    },
      h('h2', {}, 'With e-mail and password'),
      h('label', { for: 'email' }, 'E-mail'), email,
      h('label', { for: 'password' }, 'Password'), password,
      h('button', { class: 'primary' }, 'Sign in'))));
  key.focus();
}
