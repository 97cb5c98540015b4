// What the console costs a browser: `./lading bench console [ORDERS] [--within SECONDS] [--minutes N [--every MS]]`. Prints a page for bench/results; progress goes to the error output.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const [program, ...words] = process.argv.slice(2);
const option = (name, otherwise) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : otherwise);
const minutes = option('--minutes', 0);
const every = option('--every', 30);
const within = option('--within', Number.POSITIVE_INFINITY);
const wanted = /^\d+$/.test(words[0] ?? '') ? Number(words[0]) : 1_000_000;
if (!(minutes >= 0) || !(every >= 1) || !(within > 0) || !(wanted > 0)) {
  console.error('bench console [ORDERS] [--within SECONDS] [--minutes N [--every MS]]: how many orders the company has, how long placing them may take, for how long memory is watched and how soon order follows order meanwhile.');
  process.exit(1);
}
let orders = 0;
const SKUS = 500;
const dist = join(import.meta.dirname, '../dist');
const rows = [];
const count = (value) => value.toLocaleString('en');
const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

function row(figure, asked, measured) {
  rows.push(`| ${figure} | ${asked} | ${measured} |`);
  say(`${figure}: ${measured}`);
}

/** What the first page loads before any feature: the entry, its styles and what it imports at once; the font beside it. */
function weigh() {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const files = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]));
  const zipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  const frame = [...files].reduce((sum, file) => sum + zipped(file), zipped('index.html'));
  const font = readdirSync(join(dist, 'assets')).find((file) => /latin-wght/.test(file) && !/ext/.test(file));
  row('frame, first load, gzip (page, entry script, styles)', '≤ 250 kB', `${Math.round(frame / 1000)} kB`);
  row('the same with the font (Inter, Latin, woff2)', '', `${Math.round((frame + statSync(join(dist, 'assets', font)).size) / 1000)} kB`);
}

async function start(data) {
  const host = spawn(program, ['up', '--empty', '--data', data, '--urls', 'http://127.0.0.1:0'], { env: { ...process.env, LADING_CONSOLE: dist }, stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise((found, failed) => {
    let said = '';
    host.stdout.on('data', (chunk) => {
      said += chunk;
      const match = /Lading runs at (\S+)[\s\S]*Open it once/.exec(said);
      if (match) found(match[1]);
    });
    host.once('exit', (code) => failed(new Error(`The server ended with ${code}: ${said}`)));
  });
  return { host, address, key: readFileSync(join(data, 'admin.key'), 'utf8').trim() };
}

let keys = 0;
async function call(server, method, path, body, type = 'application/json') {
  const answer = await fetch(`${server.address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, 'Idempotency-Key': `bench-${keys++}`, 'Content-Type': type },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** So many orders of one line, placed through the batch route, promised and followed. */
async function fill(server) {
  const clock = Date.now();
  for (let i = 0; i < SKUS; i++) {
    await call(server, 'POST', '/skus', { sku: `S${i}`, venture: 'main', description: `Goods ${i}`, baseUnit: 'EA', sitePreference: ['main'] });
    await call(server, 'POST', '/inventory/movements', { kind: 'receipt', sku: `S${i}`, quantity: 10_000_000, unit: 'EA', to: { site: 'main' } });
  }
  let next = 0;
  const lane = async () => {
    for (let at; (at = next) < wanted && Date.now() - clock < within * 1_000; ) {
      next += 2_000;
      const lines = Array.from({ length: Math.min(2_000, wanted - at) }, (_, i) => JSON.stringify({ order: `B${at + i}`, venture: 'main', lines: [{ sku: `S${(at + i) % SKUS}`, quantity: 1, unit: 'EA' }] }));
      await (await call(server, 'POST', '/orders/batch', lines.join('\n'), 'application/x-ndjson')).text();
      orders += lines.length;
      if (orders % 100_000 === 0) say(`${count(orders)} orders placed after ${Math.round((Date.now() - clock) / 1000)} s`);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  await settle(server);
  say(`${count(orders)} orders placed, promised and followed after ${Math.round((Date.now() - clock) / 1000)} s`);
}

async function settle(server) {
  for (;;) {
    const { head, items } = await (await call(server, 'GET', '/projections')).json();
    if (items.every((item) => item.position >= head)) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** A page of its own, signed in; nothing of the console has been loaded yet. */
async function visit(browser, server) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { path: link } = await (await call(server, 'POST', '/links', {})).json();
  await context.request.get(server.address + link, { maxRedirects: 0 });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.bench = { paint: 0, slow: {}, frames: [] };
    new PerformanceObserver((list) => (window.bench.paint = list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) window.bench.slow[entry.interactionId] = Math.max(window.bench.slow[entry.interactionId] ?? 0, entry.duration);
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  });
  return page;
}

const part = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

async function paint(browser, server, path) {
  const [cold, warm] = [[], []];
  for (let i = 0; i < 5; i++) {
    const page = await visit(browser, server);
    for (const times of [cold, warm]) {
      await page.goto(server.address + path);
      await page.waitForTimeout(2_000);
      times.push(await page.evaluate(() => window.bench.paint));
    }
    await page.context().close();
  }
  row(`largest contentful paint of ${path}, nothing cached: median and worst of 5`, '≤ 1.2 s', `${Math.round(part(cold, 0.5))} / ${Math.round(Math.max(...cold))} ms`);
  row('the same, once more', '', `${Math.round(part(warm, 0.5))} / ${Math.round(Math.max(...warm))} ms`);
}

async function interact(browser, server) {
  const page = await visit(browser, server);
  await page.goto(`${server.address}/orders`);
  await page.locator('tbody tr[data-row]').first().waitFor();
  const pause = () => page.waitForTimeout(500);
  for (let round = 0; round < 3; round++) {
    for (const name of ['Waiting for stock', 'Open', 'All']) {
      await page.getByRole('navigation', { name: 'Narrow the list' }).getByRole('link', { name: new RegExp(`^${name}`) }).click();
      await pause();
    }
    await page.locator('[data-filter]').pressSequentially('B99', { delay: 80 });
    await pause();
    await page.locator('[data-filter]').fill('');
    await pause();
    await page.keyboard.press('Control+k');
    await pause();
    await page.keyboard.type('stock', { delay: 80 });
    await page.keyboard.press('Escape');
    await pause();
    await page.locator('tbody tr[data-row]').nth(3).click();
    await page.getByRole('heading', { name: /^Order / }).waitFor();
    await pause();
    await page.goBack();
    await page.locator('tbody tr[data-row]').first().waitFor();
    await pause();
  }
  const slow = Object.values(await page.evaluate(() => window.bench.slow));
  row(`interaction to next paint on the orders page, worst of ${slow.length} that took over 16 ms (median of these ${Math.round(part(slow, 0.5) ?? 0)} ms)`, '≤ 100 ms', `${Math.round(Math.max(0, ...slow))} ms`);
  await page.context().close();
}

async function scroll(browser, server) {
  const page = await visit(browser, server);
  await page.goto(`${server.address}/orders`);
  await page.locator('tbody tr[data-row]').first().waitFor();
  await page.waitForTimeout(1_500);
  await page.locator('[role=region]').first().hover();
  await page.evaluate(() => {
    let last = performance.now();
    const tick = (now) => {
      window.bench.frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 0; i < 300; i++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(25);
  }
  const frames = await page.evaluate(() => window.bench.frames.slice(2));
  const reached = await page.evaluate(() => Math.max(...[...document.querySelectorAll('tbody tr[data-row]')].map((each) => Number(each.dataset.row))));
  const long = frames.filter((frame) => frame > 50);
  row(`frames over 50 ms while ${count(reached)} rows of the big table scroll by, of ${count(frames.length)} frames`, '0', long.length ? `${long.length}, longest ${Math.round(Math.max(...long))} ms` : `0, longest ${Math.round(Math.max(...frames))} ms`);
  await page.context().close();
}

async function latency(browser, server) {
  const page = await visit(browser, server);
  await page.goto(`${server.address}/events`);
  await page.locator('tbody tr[data-row]').first().waitFor();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.evaluate(() => {
    window.bench.seen = {};
    const look = () => {
      const now = Date.now();
      for (const each of document.querySelectorAll('tbody tr[data-row]')) {
        const stream = each.children[3]?.textContent;
        if (stream?.startsWith('order/L') && !window.bench.seen[stream]) window.bench.seen[stream] = now;
      }
    };
    // What a frame shows is seen when the next one begins.
    new MutationObserver(() => requestAnimationFrame(look)).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const recorded = {};
  for (let i = 0; i < 400; i++) {
    const { position } = await (await call(server, 'POST', '/orders', { order: `L${i}`, venture: 'main', lines: [{ sku: 'S1', quantity: 1, unit: 'EA' }] })).json();
    recorded[`order/L${i}`] = position;
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(1_000);
  const seen = await page.evaluate(() => window.bench.seen);
  const waits = [];
  for (const [stream, position] of Object.entries(recorded)) {
    const event = await (await call(server, 'GET', `/events/${position}`)).json();
    if (seen[stream]) waits.push(seen[stream] - Date.parse(event.recorded));
  }
  row(`live event on the screen after it was recorded, ${waits.length} of 400 seen one by one: p50 / p99`, 'p99 ≤ 150 ms', `${part(waits, 0.5)} / ${part(waits, 0.99)} ms`);
  await page.context().close();
}

/** Up to thirty orders a second: a minute brings what half an hour brings at one a second; `--every` spaces them out for a long watch. */
async function memory(browser, server) {
  const page = await visit(browser, server);
  await page.goto(`${server.address}/tower`);
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const live = async (milliseconds) => {
    let placed = 0;
    for (const end = Date.now() + milliseconds; Date.now() < end; placed++) {
      await call(server, 'POST', '/orders', { venture: 'main', lines: [{ sku: 'S2', quantity: 1, unit: 'EA' }] });
      await page.waitForTimeout(every);
    }
    return placed;
  };
  await live(20_000);
  const before = await heap();
  const placed = await live(minutes * 60_000);
  row(`growth of the control tower's heap in ${minutes} min with ${count(placed)} orders placed meanwhile (${Math.round((placed / 60) * 10) / 10} min at one a second)`, '≤ 20 MB in 60 min', `${((await heap()) - before).toFixed(1)} MiB, from ${before.toFixed(1)} MiB`);
  await page.context().close();
}

const data = mkdtempSync(join(tmpdir(), 'lading-bench-console-'));
const server = await start(data);
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  weigh();
  await fill(server);
  await paint(browser, server, '/orders');
  await interact(browser, server);
  await scroll(browser, server);
  await latency(browser, server);
  if (minutes > 0) await memory(browser, server);
  report();
} finally {
  await browser.close();
  const ended = new Promise((done) => server.host.once('exit', done));
  server.host.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
}

function report() {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  console.log(`# The console in a browser

\`./lading bench console ${words.join(' ')}\` at ${commit}: a company of ${count(orders)} orders and ${count(SKUS)} SKUs on SQLite, Chromium ${browser.version()} without a graphics card,
program and browser on the same ${cpus().length} cores (${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB). Charts, map and scene are split off and not in the first load.

| Figure | Asked | Measured |
|---|---|---|
${rows.join('\n')}
`);
}
