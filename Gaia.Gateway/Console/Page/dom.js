// Makes elements. Children that are strings become text, never markup.
const svgTags = new Set(['svg', 'path', 'line', 'text', 'g', 'title', 'polyline', 'polygon', 'rect']);

export function h(tag, attributes = {}, ...children) {
  const element = svgTags.has(tag) && tag !== 'title'
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false).map(child => child instanceof Node ? child : String(child)));
  return element;
}

export const button = (label, onclick, attributes = {}) => h('button', { type: 'button', onclick, ...attributes }, label);

export const heading = (title, ...rest) => h('div', { class: 'heading' }, h('h1', { tabindex: '-1' }, title), ...rest);

export const tag = (text, kind = '') => h('span', { class: `tag ${kind}` }, text);

// A table in a box that scrolls by itself, so that the page never does sideways.
export function table(caption, columns, rows) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', {},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, columns.map(column => h('th', { scope: 'col', class: column.number ? 'number' : null }, column.title)))),
      h('tbody', {}, rows.map(row => h('tr', {}, columns.map(column => h('td', { class: column.number ? 'number' : column.wide ? 'wide' : null }, column.cell(row))))))));
}

export const empty = text => h('p', { class: 'state' }, text);

export const failure = (error, retry) => h('div', { class: 'state error', role: 'alert' }, h('p', {}, error.message), retry ? button('Try again', retry) : null);

// Puts new children in a place, and keeps the reader where they were: what had the focus has it again, and boxes are scrolled as before.
export function refresh(place, children) {
  const label = place.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
  const scrolled = [...place.querySelectorAll('.scroll')].map(box => box.scrollLeft);
  place.replaceChildren(...[children].flat(Infinity).filter(Boolean));
  place.querySelectorAll('.scroll').forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0; });
  if (label) [...place.querySelectorAll('[aria-label]')].find(element => element.getAttribute('aria-label') === label)?.focus();
}

// What was asked last for a place is what it shows, whichever answer comes last.
const latest = new WeakMap();

// Fills a place with what is loaded: says that it loads, that there is nothing, or what went wrong.
export async function load(place, signal, read, show) {
  const turn = Symbol('load');
  latest.set(place, turn);
  const isCurrent = () => !signal.aborted && latest.get(place) === turn;
  place.setAttribute('aria-busy', 'true');
  if (!place.hasChildNodes()) place.replaceChildren(h('p', { class: 'state' }, 'Loading…'));
  try {
    const found = await read();
    if (isCurrent()) refresh(place, show(found));
  } catch (error) {
    if (isCurrent()) place.replaceChildren(failure(error, () => { place.replaceChildren(); load(place, signal, read, show); }));
  } finally {
    if (latest.get(place) === turn) place.removeAttribute('aria-busy');
  }
}

// Fills a place with a list that grows by pages. What is read of a page are its rows, where the next one begins (null: this is the last), and anything else
// that show needs beside all rows so far.
export function loadPages(place, signal, read, show) {
  const rows = [];
  const next = from => load(place, signal, () => read(from), page => {
    rows.push(...page.rows);
    const footer = [page.total === undefined || rows.length === 0 ? null : h('span', { role: 'status' }, `${rows.length.toLocaleString('en')} of ${page.total.toLocaleString('en')}`),
      page.next ? button('Show earlier', () => next(page.next)) : null].filter(Boolean);
    return [show(rows, page), footer.length ? h('div', { class: 'row' }, footer) : null];
  });
  next(null);
}

export const tile = (label, value, detail, kind = '') =>
  h('div', { class: `tile ${kind}` }, h('span', { class: 'label' }, label), h('strong', {}, value), h('span', { class: 'detail' }, detail ?? ''));

// Asks before something is done that cannot be undone.
export function confirmed(title, text, action) {
  return new Promise(resolve => {
    const dialog = h('dialog', { 'aria-label': title, onclose: () => { dialog.remove(); resolve(dialog.returnValue === 'yes'); } },
      h('form', { method: 'dialog' },
        h('h2', {}, title), h('p', { class: 'wide' }, text),
        h('div', { class: 'row' }, h('button', { value: 'no' }, 'Cancel'), h('button', { value: 'yes', class: 'danger' }, action))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function announce(text, kind = '') {
  const notice = h('p', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : 'status' }, text);
  document.querySelectorAll('.notice').forEach(earlier => earlier.remove());
  document.body.append(notice);
  setTimeout(() => notice.remove(), 6000);
}
