import { h } from './dom.js';

const [height, left, bottom, top] = [200, 44, 20, 10];
const padding = 58;

// Lines over points in time, drawn anew with each: every series has a name, a class for its colour, and a number for each point, null where there is none.
// Stacked, each series stands on those before it. The time that the first point stands for is told below it.
export function chart(label, series, points, { from = `${points.length} s ago`, stacked = false } = {}) {
  const width = Math.max(240, Math.min(document.body.clientWidth, 1240) - padding);
  const value = (index, point) => stacked ? series.slice(0, index + 1).reduce((sum, line) => sum + line.value(point), 0) : series[index].value(point);
  const highest = nice(Math.max(1, ...series.flatMap((_, index) => points.map(point => value(index, point)))));
  const x = at => left + (width - left - 8) * (at / Math.max(1, points.length - 1));
  const y = amount => top + (height - top - bottom) * (1 - amount / highest);
  const corner = (at, amount) => `${x(at).toFixed(1)},${y(amount).toFixed(1)}`;
  const last = line => points.length ? round(line.value(points.at(-1))) : '–';
  const lines = index => runs(points.map(point => value(index, point))).map(run => h('polyline', { class: `line ${series[index].class}`, points: run.map(([at, amount]) => corner(at, amount)).join(' ') }));
  const area = index => h('polygon', {
    class: `area ${series[index].class}`,
    points: [...points.map((point, at) => corner(at, value(index, point))), ...points.map((point, at) => corner(at, index ? value(index - 1, point) : 0)).reverse()].join(' ') });
  return h('figure', { class: 'chart' },
    h('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': `${label}: ${points.length ? series.map(line => `${line.name} ${last(line)}`).join(', ') : 'no figures yet'}` },
      [0, 0.5, 1].map(part => h('g', {},
        h('line', { class: 'grid', x1: left, x2: width - 8, y1: y(highest * part), y2: y(highest * part) }),
        h('text', { class: 'axis', x: left - 6, y: y(highest * part) + 4, 'text-anchor': 'end' }, round(highest * part)))),
      h('text', { class: 'axis', x: left, y: height - 4 }, from),
      h('text', { class: 'axis', x: width - 8, y: height - 4, 'text-anchor': 'end' }, 'now'),
      series.map((_, index) => stacked ? area(index) : lines(index))),
    h('figcaption', {}, series.map(line => h('span', { class: `key ${line.class}` }, `${line.name} ${last(line)}`))));
}

const round = value => value === null ? '–' : value >= 10_000 ? `${Math.round(value / 1000)} k` : value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);

// The stretches in which there is a value, as pairs of place and value. A value alone is a line to itself: a dot.
function runs(values) {
  const found = [];
  values.forEach((value, at) => {
    if (value === null) return;
    if (at === 0 || values[at - 1] === null) found.push([]);
    found.at(-1).push([at, value]);
  });
  return found.map(run => run.length === 1 ? [...run, ...run] : run);
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
}
