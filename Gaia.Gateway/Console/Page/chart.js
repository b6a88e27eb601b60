import { h } from './dom.js';

const [height, left, bottom, top] = [200, 44, 20, 10];
const padding = 58;

// Lines over the last ticks, drawn anew with each: every series has a name, a class for its colour, and a number for each tick.
export function chart(label, series, points) {
  const width = Math.max(240, Math.min(document.body.clientWidth, 1240) - padding);
  const highest = nice(Math.max(1, ...series.flatMap(line => points.map(line.value))));
  const x = index => left + (width - left - 8) * (index / Math.max(1, points.length - 1));
  const y = value => top + (height - top - bottom) * (1 - value / highest);
  const said = points.length ? series.map(line => `${line.name} ${round(line.value(points.at(-1)))}`).join(', ') : 'no figures yet';
  return h('figure', { class: 'chart' },
    h('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': `${label}: ${said}` },
      [0, 0.5, 1].map(part => h('g', {},
        h('line', { class: 'grid', x1: left, x2: width - 8, y1: y(highest * part), y2: y(highest * part) }),
        h('text', { class: 'axis', x: left - 6, y: y(highest * part) + 4, 'text-anchor': 'end' }, round(highest * part)))),
      h('text', { class: 'axis', x: left, y: height - 4 }, `${points.length} s ago`),
      h('text', { class: 'axis', x: width - 8, y: height - 4, 'text-anchor': 'end' }, 'now'),
      series.map(line => h('polyline', { class: `line ${line.class}`, points: points.map((point, index) => `${x(index).toFixed(1)},${y(line.value(point)).toFixed(1)}`).join(' ') }))),
    h('figcaption', {}, series.map(line => h('span', { class: `key ${line.class}` }, `${line.name} ${points.length ? round(line.value(points.at(-1))) : '–'}`))));
}

const round = value => value >= 10_000 ? `${Math.round(value / 1000)} k` : value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
}
