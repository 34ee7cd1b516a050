// Lets the page open without a network. It keeps a copy of the page's own files and hands them out when the
// server cannot be reached in time; while it can, every file is the server's own. Readings are none of its
// business: they are asked for again by the page.

const CACHE = 'page';
const PATIENCE = 4000; // ms that the server has for a file of which there is a copy
const HREFS = /(?:href|src)="([\w./-]+\.\w+)"/g; // in the page
const IMPORTS = /(?:from|import\()\s*'(\.\/[\w./-]+)'/g; // in a module

addEventListener('install', (event) => {
  // Where the browser can be told so, what is sent to the service does not even wake this worker.
  event.addRoutes?.({ condition: { requestMethod: 'POST' }, source: 'network' });
  event.waitUntil(copyPage().then(() => skipWaiting()));
});

addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const copy = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
  if (!copy) return fetch(request);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    // One file changed, so others may have: a copy of old and new files together would not work.
    if (fresh.ok && fresh.headers.get('ETag') !== copy.headers.get('ETag')) event.waitUntil(copyPageOnce());
    return fresh.ok ? fresh : copy;
  } catch {
    return copy;
  }
}

let copying = null;

const copyPageOnce = () =>
  (copying ??= copyPage().finally(() => {
    copying = null;
  }));

/** Copies the page and all files that it and its modules name; keeps the old copy unless every file came. */
async function copyPage() {
  const files = new Map();
  const collect = async (url) => {
    if (files.has(url)) return;
    files.set(url, null);
    const response = await fetch(url, { cache: 'no-cache' });
    if (!response.ok) throw new TypeError(`${url}: ${response.status}`);
    files.set(url, response.clone());
    const pattern = url.endsWith('.js') ? IMPORTS : url.endsWith('/') ? HREFS : null;
    if (!pattern) return;
    const named = [...(await response.text()).matchAll(pattern)].map(([, path]) => new URL(path, url).href);
    await Promise.all(named.map(collect));
  };
  await collect(new URL('./', location.href).href);
  const cache = await caches.open(CACHE);
  await Promise.all([...files].map(([url, response]) => cache.put(url, response)));
  for (const { url } of await cache.keys()) if (!files.has(url)) await cache.delete(url);
}
