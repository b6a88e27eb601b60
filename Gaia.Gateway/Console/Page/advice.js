import { call } from './api.js';
import { announce, button, confirmed, empty, h, heading, load, table, tag } from './dom.js';
import { bytes, count, dollars, duration, moment, node, percent } from './format.js';

export const title = 'Advice';

const minutes = 10;

export function render(main, signal) {
  const place = h('section', { 'aria-label': 'Advice' });
  const look = () => load(place, signal, () => call('/api/v1/admin/cache/advice', { signal }), answer => show(answer, look));
  main.append(
    heading('Advice', button('Refresh', look)),
    h('p', { class: 'detail' }, 'What memory would answer if values lived for another time or if there were more or less room, simulated from sampled reads of all nodes.'),
    place);
  look();
}

const points = (curve, unit) => curve.map(([setting, ratio]) => `${unit(setting)}: ${percent(ratio)}`).join(' · ');

const seconds = value => duration(value * 1000);

const unitOf = advice => advice.id === 'memory' ? bytes : seconds;

async function start(advice, look) {
  const sure = await confirmed('Try this lifetime?', `Values of ${advice.id} live for ${seconds(advice.to)} instead of ${seconds(advice.from)} on all nodes, for ${minutes} minutes.`, 'Try');
  if (!sure) return;
  try {
    await call(`/api/v1/admin/cache/advice/${encodeURIComponent(advice.id)}/try`, { method: 'POST', body: { minutes } });
    announce(`${advice.setting ?? advice.id} is being tried.`);
    look();
  } catch (error) {
    announce(error.message, 'error');
  }
}

function show({ memory, regions, trials, missing, dropped }, look) {
  const advice = [...memory.advice, ...regions.flatMap(region => region.advice)];
  return [
    missing.length ? h('p', { class: 'state error', role: 'alert' }, `Without ${missing.map(node).join(', ')}: no answer in time.`) : null,
    dropped ? h('p', { class: 'detail' }, `${count(dropped)} sampled reads were lost because there were too many at once.`) : null,
    advice.length === 0 ? empty('No change of a setting would save anything worth it. The tables say why.') : table('Recommended changes', [
      { title: 'Setting', cell: one => one.setting ?? one.id },
      { title: 'From', number: true, cell: one => unitOf(one)(one.from) },
      { title: 'To', number: true, cell: one => unitOf(one)(one.to) },
      { title: 'Hit ratio', number: true, cell: one => `${percent(one.predicted)} (${percent(one.low)} to ${percent(one.high)})` },
      { title: 'Commands a day', number: true, cell: one => count(-one.commands_per_day) },
      { title: 'Saves a month', number: true, cell: one => dollars(one.usd_per_month) },
      { title: 'Why', wide: true, cell: one => one.why },
      { title: 'Actions', cell: one => one.id === 'memory' ? '' : button('Try', () => start(one, look), { 'aria-label': `Try ${one.setting ?? one.id}` }) },
    ], advice),
    trials.length ? table('Trials', [
      { title: 'Region', cell: trial => trial.region },
      { title: 'Lifetime', cell: trial => `${seconds(trial.from)} → ${seconds(trial.to)}` },
      { title: 'Until', cell: trial => trial.is_over ? tag('over') : moment(trial.ends_at) },
      { title: 'Predicted', number: true, cell: trial => `${percent(trial.low)} to ${percent(trial.high)}` },
      { title: 'Measured', number: true, cell: trial => percent(trial.measured) },
      { title: 'Reads', number: true, cell: trial => count(trial.reads) },
    ], trials) : null,
    regions.length === 0 ? empty('Nothing has been read yet, or CACHE_ADVICE is off.') : table('Lifetimes by region', [
      { title: 'Region', cell: region => region.region },
      { title: 'Setting', cell: region => region.now.setting ?? '–' },
      { title: 'Now', number: true, cell: region => seconds(region.now.ttl_s) },
      { title: 'Hit ratio', number: true, cell: region => percent(region.now.hit_ratio) },
      { title: 'Reads', number: true, cell: region => count(region.now.reads) },
      { title: 'With other lifetimes', wide: true, cell: region => points(region.ttl_curve, seconds) },
      { title: 'Advice', wide: true, cell: region => region.why },
    ], regions),
    h('h2', {}, 'Memory'),
    h('p', {}, `${bytes(memory.used)} of ${bytes(memory.limit)} are used on the fullest node: ${memory.why}.`),
    memory.curve.length ? h('p', { class: 'detail' }, points(memory.curve, bytes)) : null];
}
