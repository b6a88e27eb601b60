import { call } from './api.js';
import { button, empty, h, heading, load, table, tag } from './dom.js';
import { count, duration, moment, node } from './format.js';

export const title = 'Consistency';

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Consistency' });
  const look = () => load(place, signal, () => call('/api/v1/admin/consistency', { signal }), show);
  main.append(
    heading('Consistency', button('Refresh', look)),
    h('p', { class: 'detail' }, 'What all nodes and Redis hold, compared with the database some time after it changed. Old at a look and no longer when the staleness bound was over is late; old then too is a violation.'),
    place);
  look();
}

const reached = row => row.nines === null ? '–' : `≥ ${row.nines.toFixed(1)}`;

const remaining = row => row.days_to_six_nines === null ? '–' : row.days_to_six_nines === 0 ? 'reached' : `${row.days_to_six_nines} days`;

const held = found => found.held_version === null ? 'a load that began before the change' : `version ${found.held_version}${found.source_version === null ? '' : ` instead of ${found.source_version}`}`;

const entry = one => `${one.sequence}: ${one.pattern ?? `version ${one.version ?? 'none'}`}`;

function show({ nodes, regions, violations, missing }) {
  return [
    missing.length ? h('p', { class: 'state error', role: 'alert' }, `Without ${missing.map(node).join(', ')}: no answer in time.`) : null,
    nodes.length === 0 ? empty('Nothing is compared: AUDIT is off.')
      : h('p', { class: 'detail' }, `Audited by ${nodes.map(one => `${node(one)} since ${moment(one.since)}`).join(', ')}.`),
    regions.length ? table('Comparisons by region', [
      { title: 'Region', cell: row => row.region },
      { title: 'After', number: true, cell: row => `${row.after} s` },
      { title: 'Checks', number: true, cell: row => count(row.checks) },
      { title: 'Late', number: true, cell: row => count(row.late) },
      { title: 'Violations', number: true, cell: row => row.violations ? tag(count(row.violations), 'bad') : tag('0', 'good') },
      { title: 'Nines (95 %)', number: true, cell: reached },
      { title: 'Until six', number: true, cell: remaining },
    ], regions) : nodes.length ? empty('Nothing has been compared yet.') : null,
    violations.length ? [
      h('h2', {}, 'Violations'),
      table('Violations, newest first', [
        { title: 'When', cell: found => moment(found.at) },
        { title: 'Key', wide: true, cell: found => h('code', {}, found.key) },
        { title: 'Where', cell: found => `${found.service}${found.instance ? `/${found.instance}` : ''}` },
        { title: 'Held', wide: true, cell: held },
        { title: 'Old for', number: true, cell: found => duration(found.old_for * 1000) },
        { title: 'Log', cell: found => found.log_trusted === null ? '–' : found.log_trusted ? tag('trusted', 'good') : tag('not trusted', 'warn') },
        { title: 'Position', number: true, cell: found => `${found.log_position ?? '–'} of ${found.auditor_log_position ?? '–'}` },
        { title: 'Entries', wide: true, cell: found => found.entries.map(entry).join('; ') || 'none' },
      ], violations)] : null];
}
