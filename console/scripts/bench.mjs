// What the console costs a browser: `./lading bench console [ORDERS] [--minutes N]`. Prints one figure a line.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const [program, ...words] = process.argv.slice(2);
const minutes = Number(words[words.indexOf('--minutes') + 1] || 0) || 0;
const orders = Number(words.find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const dist = join(import.meta.dirname, '../dist');
const say = (name, value) => console.log(`${name.padEnd(58)} ${value}`);

/** What the first page loads before any feature: the entry, its styles and what it imports at once; the font beside it. */
function weigh() {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const files = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]));
  const zipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  const frame = [...files].reduce((sum, file) => sum + zipped(file), zipped('index.html'));
  const font = readdirSync(join(dist, 'assets')).find((file) => /latin-wght/.test(file) && !/ext/.test(file));
  say('frame, first load, gzip', `${(frame / 1024).toFixed(1)} KiB`);
  say('font beside it (woff2)', `${(statSync(join(dist, 'assets', font)).size / 1024).toFixed(1)} KiB`);
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

async function fill(server) {
  for (let i = 0; i < 100; i++) {
    await call(server, 'POST', '/skus', { sku: `S${i}`, venture: 'main', description: `Goods ${i}`, baseUnit: 'EA', sitePreference: ['main'] });
    await call(server, 'POST', '/inventory/movements', { kind: 'receipt', sku: `S${i}`, quantity: 10_000_000, unit: 'EA', to: { site: 'main' } });
  }
  for (let at = 0; at < orders; at += 2_000) {
    const lines = Array.from({ length: Math.min(2_000, orders - at) }, (_, i) => JSON.stringify({ order: `B${at + i}`, venture: 'main', lines: [{ sku: `S${(at + i) % 100}`, quantity: 1, unit: 'EA' }] }));
    await (await call(server, 'POST', '/orders/batch', lines.join('\n'), 'application/x-ndjson')).text();
  }
  for (;;) {
    const { head, items } = await (await call(server, 'GET', '/projections')).json();
    if (items.every((item) => item.position >= head)) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function open(browser, server, path) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const { path: link } = await (await call(server, 'POST', '/links', {})).json();
  await page.goto(server.address + link);
  await page.addInitScript(() => {
    window.bench = { paint: 0, slowest: 0, frames: [] };
    new PerformanceObserver((list) => (window.bench.paint = list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => entry.interactionId && (window.bench.slowest = Math.max(window.bench.slowest, entry.duration)))).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  });
  await page.goto(server.address + path);
  await page.waitForTimeout(2_500);
  return page;
}

const middle = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

async function screens(browser, server) {
  const page = await open(browser, server, '/orders');
  say(`largest contentful paint, ${orders.toLocaleString('en')} orders`, `${Math.round(await page.evaluate(() => window.bench.paint))} ms`);
  for (const name of ['Waiting for stock', 'Open', 'All']) {
    await page.getByRole('navigation', { name: 'Narrow the list' }).getByRole('link', { name: new RegExp(`^${name}`) }).click();
    await page.waitForTimeout(600);
  }
  await page.getByLabel('Number begins with…').pressSequentially('B99', { delay: 60 });
  await page.waitForTimeout(800);
  await page.keyboard.press('Control+k');
  await page.waitForTimeout(600);
  await page.keyboard.type('stock', { delay: 60 });
  await page.keyboard.press('Escape');
  await page.getByLabel('Number begins with…').fill('');
  await page.waitForTimeout(1_000);
  say('slowest interaction to next paint', `${Math.round(await page.evaluate(() => window.bench.slowest))} ms`);
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
  for (let i = 0; i < 120; i++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(25);
  }
  const frames = await page.evaluate(() => window.bench.frames.slice(2));
  say('frames over 50 ms while scrolling the big table', `${frames.filter((frame) => frame > 50).length} of ${frames.length}`);
  await page.context().close();
}

async function latency(browser, server) {
  const page = await open(browser, server, '/events');
  await page.evaluate(() => {
    window.bench.seen = {};
    new MutationObserver(() => {
      const now = Date.now();
      for (const row of document.querySelectorAll('tbody tr[data-row]')) {
        const stream = row.children[3]?.textContent;
        if (stream?.startsWith('order/L') && !window.bench.seen[stream]) window.bench.seen[stream] = now;
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const recorded = {};
  for (let i = 0; i < 300; i++) {
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
  say('events seen on the screen', `${waits.length} of 300`);
  say('live event to the screen, p50 / p99', `${middle(waits, 0.5)} / ${middle(waits, 0.99)} ms`);
  await page.context().close();
}

async function memory(browser, server) {
  const page = await open(browser, server, '/tower');
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  await page.waitForTimeout(60_000);
  const before = await heap();
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
    await call(server, 'POST', '/orders', { venture: 'main', lines: [{ sku: 'S2', quantity: 1, unit: 'EA' }] });
    await page.waitForTimeout(1_000);
  }
  say(`memory growth in ${minutes} min with live data`, `${((await heap()) - before).toFixed(1)} MiB`);
}

weigh();
const data = mkdtempSync(join(tmpdir(), 'lading-bench-console-'));
const server = await start(data);
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  await fill(server);
  await screens(browser, server);
  await latency(browser, server);
  if (minutes > 0) await memory(browser, server);
} finally {
  await browser.close();
  const ended = new Promise((done) => server.host.once('exit', done));
  server.host.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
}
