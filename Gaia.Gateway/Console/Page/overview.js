import { health } from './api.js';
import { chart } from './chart.js';
import { empty, h, heading, load, refresh, table, tag, tile } from './dom.js';
import { bytes, count, duration, moment, node, percent } from './format.js';
import { ticks, watch } from './live.js';

export const title = 'Overview';

const kindOf = status => status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad';

// How Gaia and all that it needs are.
export const stateTiles = report => [
  tile('Gaia', report.status, `version ${report.version}`, kindOf(report.status)),
  Object.entries(report.services).map(([name, service]) => tile(name, service.status, `answered in ${duration(service.response_time * 1000)}`, kindOf(service.status))),
  tile('Redis', report.redis.status, `breaker ${report.redis.breaker}${report.redis.latency_ms === null ? '' : `, ${report.redis.latency_ms} ms`}`, kindOf(report.redis.status)),
  tile('NATS', report.nats.status, report.nats.replay_lag_ms === null ? 'log never read' : `log behind by ${duration(report.nats.replay_lag_ms)}`, kindOf(report.nats.status)),
  tile('Database', report.database.status, report.database.responsive ? 'answers' : 'does not answer', kindOf(report.database.status)),
  tile('Memory', report.cache.trusted ? 'trusted' : 'bypassed', `hit ratio of the last hour ${percent(report.cache.hit_ratio)}`, report.cache.trusted ? 'good' : 'warn')];

export function render(main, signal) {
  const [state, live] = [h('section', { 'aria-label': 'Health' }), h('section', { 'aria-label': 'Live figures' })];
  main.append(heading('Overview'), state, live);

  const look = () => load(state, signal, () => health(signal), report => [
    h('div', { class: 'tiles' }, stateTiles(report)),
    h('p', { class: 'detail' }, `As of ${moment(report.timestamp)}`)]);
  look();
  const timer = setInterval(look, 2000);
  signal.addEventListener('abort', () => clearInterval(timer));

  live.append(empty('Waiting for the first live figures…'));
  watch(signal, ({ error }) => refresh(live, error ? h('p', { class: 'state error' }, `No live figures: ${error.message}`) : figures()));
  if (ticks.length) refresh(live, figures());
}

const perSecond = (tick, field) => tick.seconds ? tick.regions.reduce((sum, region) => sum + region[field], 0) / tick.seconds : 0;

export const liveChart = () => chart('Cache reads a second', [
  { name: 'reads', class: 'c1', value: tick => perSecond(tick, 'reads') },
  { name: 'hits', class: 'c2', value: tick => perSecond(tick, 'hits') },
  { name: 'waits', class: 'c3', value: tick => perSecond(tick, 'waits') },
  { name: 'Redis commands', class: 'c4', value: tick => perSecond(tick, 'commands') },
], ticks);

function figures() {
  const tick = ticks.at(-1);
  return [
    h('h2', {}, 'Cache reads a second, all nodes'),
    liveChart(),
    h('h2', {}, 'Nodes'),
    tick.missing.length ? h('p', { class: 'state error' }, `Not answering: ${tick.missing.map(lost => `${node(lost)}${lost.last_seen ? `, last seen ${moment(lost.last_seen)}` : ''}`).join('; ')}`) : null,
    table('Nodes that answer', [
      { title: 'Node', cell: node },
      { title: 'Reads/s', number: true, cell: one => count(tick.seconds ? Math.round(one.reads / tick.seconds) : 0) },
      { title: 'Hit ratio', number: true, cell: one => percent(one.reads ? one.hits / one.reads : null) },
      { title: 'Memory', number: true, cell: one => bytes(one.memory) },
      { title: 'Keys', number: true, cell: one => count(one.slots) },
      { title: 'Redis', cell: one => one.redis_used ? tag('used', 'good') : tag('bypassed', 'warn') },
      { title: 'Log', cell: one => one.log_trusted ? tag('trusted', 'good') : tag('not trusted', 'warn') },
    ], tick.nodes)];
}
