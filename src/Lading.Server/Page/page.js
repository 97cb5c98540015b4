// The day of one tenant: tiles, orders, stock and the log, live. All figures come from the API; a click opens what makes them.
const $ = (id) => document.getElementById(id);
const api = async (path) => {
  const answer = await fetch('/api/v1' + path, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail ?? answer.statusText), { status: answer.status });
};
const el = (tag, text, props = {}) => Object.assign(document.createElement(tag), { textContent: text ?? '' }, props);
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const money = (price) => (price ? new Intl.NumberFormat(undefined, { style: 'currency', currency: price.currency }).format(Number(price.amount)) : '');
const cell = (text, name) => el('td', text, { className: name ?? '' });
const fill = (body, rows, columns, empty) =>
  body.replaceChildren(...(rows.length ? rows : [(() => { const row = el('tr'); row.append(el('td', empty, { colSpan: columns, className: 'empty' })); return row; })()]));

let filter = '';
let dirty = true;

async function start() {
  let me;
  try {
    me = await api('/me');
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) { $('enter').hidden = false; $('link').textContent = 'not signed in'; return; }
    $('link').textContent = problem.message;
    setTimeout(start, 2000);
    return;
  }
  $('tenant').textContent = me.name;
  $('demo').hidden = !me.demo;
  $('day').hidden = false;
  follow();
  refresh();
  setInterval(() => dirty && refresh(), 1000);
}

async function follow() {
  const head = (await api('/projections')).head;
  const source = new EventSource(`/api/v1/events?after=${Math.max(0, head - 30)}`);
  source.onopen = () => { $('link').textContent = 'live'; $('tiles').classList.remove('stale'); };
  source.onerror = () => { $('link').textContent = 'reconnecting…'; $('tiles').classList.add('stale'); };
  const seen = (message) => { dirty = true; show(JSON.parse(message.data)); };
  const listen = source.addEventListener.bind(source);
  const known = new Set();
  source.onmessage = seen;
  // The stream names each event by its type; one listener per type, learnt from the page of names.
  for (const type of (await api('/events/types')).items) if (!known.has(type)) { known.add(type); listen(type, seen); }
}

const words = (type) => type.replace(/^[^.]*\./, '').replace(/\.v\d+$/, '').replaceAll('-', ' ');

function show(event) {
  const row = el('li');
  const open = el('button', words(event.type), { className: 'link', type: 'button', onclick: () => openEvent(event) });
  const name = el('span');
  name.append(open);
  row.append(el('span', '#' + event.position, { className: 'quiet' }), el('span', clock.format(new Date(event.recorded)), { className: 'quiet' }), name, el('span', event.stream));
  $('events').prepend(row);
  while ($('events').childElementCount > 60) $('events').lastElementChild.remove();
}

function openDetail(title, ...content) {
  $('detail-title').textContent = title;
  $('detail-body').replaceChildren(...content);
  if (!$('detail').open) $('detail').showModal();
}

async function openEvent(event) {
  const parts = [el('p', `${event.stream}, version ${event.version}, by ${event.actor}`, { className: 'quiet' }), el('pre', JSON.stringify(event.body, null, 2))];
  if (event.causation) {
    const cause = await api('/events/' + event.causation);
    parts.push(el('button', `caused by #${cause.position}: ${words(cause.type)} (${cause.stream})`, { className: 'link', type: 'button', onclick: () => openEvent(cause) }));
  }
  openDetail(`#${event.position} ${words(event.type)}`, ...parts);
}

async function openOrder(order) {
  const timeline = await api(`/orders/${encodeURIComponent(order)}/timeline?limit=200`);
  const list = el('ol', '', { className: 'events' });
  for (const item of timeline.items) {
    const row = el('li');
    const open = el('button', words(item.type), { className: 'link', type: 'button', onclick: async () => openEvent(await api('/events/' + item.position)) });
    const name = el('span');
    name.append(open);
    row.append(el('span', '#' + item.position, { className: 'quiet' }), el('span', clock.format(new Date(item.happened)), { className: 'quiet' }), name, el('span', item.text));
    list.append(row);
  }
  openDetail(`Order ${order}`, el('p', 'Everything that happened to it, oldest first.', { className: 'quiet' }), list);
}

async function explain(sku, site, figure) {
  const where = site ? `&site=${encodeURIComponent(site)}` : '';
  const page = await api(`/inventory/stock/${encodeURIComponent(sku)}/explain?figure=${figure}${where}&limit=100`);
  const table = el('table');
  const head = el('tr');
  for (const [text, name] of [['Event', ''], ['When', ''], ['What', ''], ['Change', 'n'], ['Then', 'n']]) head.append(el('th', text, { className: name }));
  table.append(head);
  for (const entry of page.steps) {
    const row = el('tr');
    const what = cell('');
    const position = entry.event.split('/').pop();
    const why = entry.document ?? entry.holder;
    what.append(el('button', words(entry.type) + (why ? `: ${why}` : ''), { className: 'link', type: 'button', onclick: async () => openEvent(await api('/events/' + position)) }));
    row.append(cell('#' + position), cell(clock.format(new Date(entry.happened))), what, cell(number.format(entry.delta), 'n'), cell(number.format(entry.running), 'n'));
    table.append(row);
  }
  openDetail(`${sku}${site ? ' at ' + site : ''}: ${figure === 'available' ? 'available' : 'waiting'} ${number.format(page.value)} ${page.unit}`, el('p', page.formula, { className: 'quiet' }), table);
}

function tile(label, value, state, note, press) {
  const button = el('button', '', { className: `tile ${value ? state : ''}`, type: 'button', onclick: press });
  button.append(el('b', number.format(value)), el('small', label + (note ? ` · ${note}` : '')));
  button.setAttribute('aria-pressed', String(press && filter === label));
  return button;
}

function pick(label) {
  return () => { filter = filter === label ? '' : label; dirty = true; refresh(); };
}

const queries = { 'on hold': '&state=held', shipped: '&state=completed' };

async function refresh() {
  dirty = false;
  try {
    const today = new Date().toISOString().slice(0, 10);
    const [orders, held, stock, days, health] = await Promise.all([
      api('/orders?limit=40' + (queries[filter] ?? '')), api('/orders?state=held&limit=100'), api('/inventory/stock?short=true&limit=40'),
      api(`/orders/days?from=${today}&to=${today}`), api('/projections'),
    ]);
    const rest = stock.items.length < 40 ? (await api('/inventory/stock?limit=40')).items : [];
    const short = new Set(stock.items.map((row) => row.sku + '/' + row.site));
    draw(orders.items, held.items.length, [...stock.items, ...rest.filter((row) => row.site && !short.has(row.sku + '/' + row.site))], sum(days.items), health);
  } catch (problem) {
    $('link').textContent = problem.message;
    $('tiles').classList.add('stale');
    dirty = true;
  }
}

const sum = (days) => days.reduce((all, day) => ({ placed: all.placed + day.ordersPlaced, units: all.units + day.unitsPlaced, shipped: all.shipped + day.shipments }), { placed: 0, units: 0, shipped: 0 });

function draw(orders, held, stock, today, health) {
  const behind = Math.max(0, ...health.items.map((item) => item.behind));
  const stuck = health.items.filter((item) => item.failure).length;
  $('tiles').replaceChildren(
    tile('stuck followers', stuck, 'bad', behind ? `${number.format(behind)} behind` : 'all level', () => openDetail('Followers and policies', el('pre', JSON.stringify(health.items, null, 2)))),
    tile('SKUs short', stock.filter((row) => row.backordered > 0).length, 'warn', '', () => $('stock').scrollIntoView({ behavior: 'smooth' })),
    tile('on hold', held, 'warn', held === 100 ? 'or more' : '', pick('on hold')),
    tile('orders placed', today.placed, '', 'today', pick('')),
    tile('units ordered', today.units, '', 'today', pick('')),
    tile('shipped', today.shipped, '', 'shipments today', pick('shipped')),
    tile('events', health.head, '', 'in the log', () => $('events').scrollIntoView({ behavior: 'smooth' })),
  );
  $('orders-clear').hidden = !filter;
  $('orders-note').textContent = filter || 'newest first';
  fill($('orders'), orders.map((o) => {
    const row = el('tr');
    const name = cell('');
    name.append(el('button', o.order, { className: 'link', type: 'button', onclick: () => openOrder(o.order) }));
    row.append(name, cell(o.state, o.state === 'held' ? 'warn' : ''), cell(o.customer ?? ''), cell(number.format(o.quantity), 'n'), cell(number.format(o.reserved), 'n'),
      cell(o.short ? number.format(o.short) : '', 'n ' + (o.short ? 'bad' : '')), cell(number.format(o.shipped), 'n'), cell(money(o.amount), 'n'), cell(clock.format(new Date(o.placedAt))));
    return row;
  }), 9, 'No orders yet. Place one with POST /api/v1/orders, or import a file with ./lading import orders.');
  fill($('stock'), stock.map((s) => {
    const row = el('tr');
    const figure = (value, name, style) => {
      const made = cell('', 'n ' + style);
      if (value !== undefined) made.append(el('button', number.format(value), { className: 'link', type: 'button', title: 'Explain this number', onclick: () => explain(s.sku, s.site, name) }));
      return made;
    };
    row.append(cell(s.sku), cell(s.site ?? 'any'), cell(number.format(s.onHand), 'n'), cell(number.format(s.reserved), 'n'), cell(number.format(s.held), 'n'),
      figure(s.site ? s.available : undefined, 'available', s.available <= 0 ? 'warn' : ''), figure(s.backordered || undefined, 'backordered', 'bad'));
    return row;
  }), 7, 'No stock yet. Book a receipt with POST /api/v1/inventory/movements, or import a file with ./lading import stock.');
}

$('orders-clear').onclick = pick('');
// While the console is built beside, this page stands in for it and gives way when it is there.
async function building() {
  const state = await fetch('/building').then((answer) => answer.text()).catch(() => 'building');
  $('building').hidden = state !== 'building';
  if (state === 'building') setTimeout(building, 2000);
  else if (state === 'ready') location.reload();
}

building();
start();
