import { credential, logOut, redeem, resume } from './api.js';
import { announce, failure, h } from './dom.js';
import { forget } from './live.js';
import { signIn } from './signin.js';
import * as overview from './overview.js';
import * as cache from './cache.js';
import * as keys from './keys.js';
import * as hot from './hot.js';
import * as invalidations from './invalidations.js';
import * as consistency from './consistency.js';
import * as advice from './advice.js';
import * as personas from './personas.js';
import * as playground from './playground.js';
import * as usage from './usage.js';
import * as budgets from './budgets.js';
import * as assets from './assets.js';
import * as alerts from './alerts.js';
import * as apikeys from './apikeys.js';
import * as security from './security.js';
import * as audit from './audit.js';
import * as faults from './faults.js';

const pages = { overview, cache, keys, hot, invalidations, consistency, advice, personas, playground, usage, budgets, assets, alerts, apikeys, security, audit, faults };
const [main, bar, nav, who] = ['main', 'bar', 'nav', 'who'].map(id => document.getElementById(id));
let leaving = new AbortController();

function go() {
  leaving.abort();
  leaving = new AbortController();
  if (location.hash && !location.hash.startsWith('#/')) return;
  const [, name = 'overview', ...rest] = location.hash.split('/');
  const page = pages[name] ?? overview;
  const signedIn = credential.get();
  bar.hidden = !signedIn;
  document.title = `${signedIn ? page.title : 'Sign in'} · Gaia console`;
  main.replaceChildren();
  if (!signedIn) {
    signIn(main, go);
    return;
  }
  who.textContent = signedIn.name;
  for (const link of nav.children) {
    if (link.getAttribute('href') === `#/${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  try {
    page.render(main, leaving.signal, rest.map(decodeURIComponent));
  } catch (error) {
    main.replaceChildren(failure(error, go));
  }
  main.querySelector('h1')?.focus();
}

async function signOut() {
  const shown = credential.get();
  leaving.abort();
  forget();
  if (shown?.kind === 'token') await logOut(shown).catch(() => {});
  credential.clear();
  go();
}

// By the code of a link, which stays neither in the address nor in the history; else by the session that the browser still has.
async function begin() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code) {
    history.replaceState(null, '', location.pathname);
    await redeem(code).then(credential.set, error => announce(error.status === 401 ? 'This link was used or is too old.' : error.message, 'error'));
  }
  if (!credential.get()) await resume().catch(() => false);
}

nav.append(...Object.entries(pages).map(([name, page]) => h('a', { href: `#/${name}` }, page.title)));
document.getElementById('sign-out').addEventListener('click', signOut);
document.querySelector('.skip').addEventListener('click', event => { event.preventDefault(); main.focus(); });
window.addEventListener('hashchange', go);
window.addEventListener('signed-out', () => { forget(); go(); });
await begin();
go();
