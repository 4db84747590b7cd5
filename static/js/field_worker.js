/* Keeps the interviewers' page on the device. SETTINGS stands above: surveys.field_views.worker.

   What an older version kept stays until no interview is left on the device: a page that was opened
   with it goes on working. */
const PREFIX = "field-";
const NAME = PREFIX + SETTINGS.version;

self.addEventListener("install", (event) => {
  const fresh = SETTINGS.kept.map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(purge));
});

self.addEventListener("message", (event) => {
  if (event.data === "go") self.skipWaiting();
  if (event.data === "purge") event.waitUntil(purge());
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const address = new URL(url);
  if (method !== "GET" || address.origin !== location.origin) return;
  const isPage = [SETTINGS.page, SETTINGS.shell].includes(address.pathname);
  if (mode === "navigate" && isPage) event.respondWith(kept(SETTINGS.shell, event.request));
  else if (mode !== "navigate" && address.pathname.startsWith("/static/")) {
    event.respondWith(kept(event.request, event.request));
  }
});

async function kept(wanted, request) {
  const own = await caches.open(NAME);
  return (await own.match(wanted)) ?? (await caches.match(wanted)) ?? fetch(request);
}

async function purge() {
  if (await isWaited()) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
}

/* Whether an interview is on the device, finished or not. */
function isWaited() {
  return new Promise((resolve) => {
    const request = indexedDB.open("field");
    request.onupgradeneeded = () => request.transaction.abort(); // there is no store yet
    request.onerror = () => resolve(false);
    request.onsuccess = () => {
      const database = request.result;
      const names = ["outbox", "running"];
      const transaction = database.transaction(names, "readonly");
      const counts = names.map((name) => transaction.objectStore(name).count());
      transaction.onabort = () => resolve(true);
      transaction.oncomplete = () => {
        database.close();
        resolve(counts.some((count) => count.result > 0));
      };
    };
  });
}
