/* What an interviewer's device keeps, and how it comes home. Nothing leaves the device's store
   before the server has said that it keeps it.

   Stores: outbox (finished interviews: key, interviewer, questionnaire, answers, on, seconds,
   cluster), running (unfinished ones, saved at every change), questionnaires (by checksum), facts. */
(() => {
  const BATCH = 20;
  const LARGEST = 1_000_000; // letters in one sending
  const FIRST_WAIT = 5_000;
  const LONGEST_WAIT = 15 * 60_000;
  const STORES = { outbox: "key", running: "key", questionnaires: "sha256", facts: "name" };
  const { worker, work: workAddress, sync: syncAddress, questionnaires } = document.body.dataset;

  // --- the store ---

  let opened;

  function database() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("field", 1);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) {
          request.result.createObjectStore(name, { keyPath });
        }
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  /* Runs do(stores…) in one transaction; resolves with its request's result once all is written. */
  async function within(names, mode, run) {
    const transaction = (await database()).transaction(names, mode);
    return new Promise((resolve, reject) => {
      const request = run(...names.map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  const all = (name) => within([name], "readonly", (store) => store.getAll());
  const get = (name, key) => within([name], "readonly", (store) => store.get(key));
  const put = (name, value) => within([name], "readwrite", (store) => store.put(value));
  const remove = (name, key) => within([name], "readwrite", (store) => store.delete(key));

  /* An interview is in one of both stores, never in none and never in two. */
  const finish = (item) =>
    within(["running", "outbox"], "readwrite", (running, outbox) => {
      running.delete(item.key);
      return outbox.put(item);
    });

  // --- coming home ---

  const state = { phase: "idle", sentence: "", queue: 0, others: 0, synced: null, work: null };
  const listeners = [];
  let failures = 0;
  let timer;
  let token = "";

  async function tell(changes = {}) {
    Object.assign(state, changes);
    const items = await all("outbox");
    const own = new Set(state.work?.interviewers);
    state.queue = items.length;
    state.others = state.work ? items.filter((item) => !own.has(item.interviewer)).length : 0;
    for (const listener of listeners) listener(state);
  }

  function later() {
    clearTimeout(timer);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    timer = setTimeout(sync, wait * (0.5 + Math.random() / 2));
  }

  class Refused extends Error {
    constructor(answer) {
      super(answer.status);
      this.status = answer.status;
    }
  }

  async function ask(address, options) {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    if (!answer.ok || answer.redirected) throw new Refused(answer);
    return answer.json();
  }

  async function fetchWork() {
    const { token: fresh, ...work } = await ask(workAddress);
    token = fresh;
    const wanted = new Set(work.surveys.map((survey) => survey.questionnaire));
    for (const sha256 of wanted) {
      if (!(await get("questionnaires", sha256))) {
        await put("questionnaires", await ask(`${questionnaires}${sha256}.json`));
      }
    }
    await put("facts", { name: "work", work });
    // A version goes only when no interview of it is left on the device.
    for (const item of [...(await all("outbox")), ...(await all("running"))]) {
      wanted.add(item.questionnaire);
    }
    for (const { sha256 } of await all("questionnaires")) {
      if (!wanted.has(sha256)) await remove("questionnaires", sha256);
    }
    state.work = work;
  }

  function batches(items) {
    const made = [];
    let size = Infinity;
    for (const item of items) {
      const length = JSON.stringify(item).length;
      if (size + length > LARGEST || made.at(-1).length === BATCH) {
        made.push([]);
        size = 0;
      }
      made.at(-1).push(item);
      size += length;
    }
    return made;
  }

  async function send(items) {
    let told;
    try {
      told = await ask(syncAddress, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ items: items.map(({ refused, ...item }) => item) }),
      });
    } catch (error) {
      if (error.status !== 400 && error.status !== 413) throw error;
      // One of them can't be read: the others must not wait for it.
      if (items.length > 1) for (const item of items) await send([item]);
      else await put("outbox", { ...items[0], refused: error.status });
      return;
    }
    const outcomes = new Map(told.items.map((outcome) => [outcome.key, outcome]));
    for (const item of items) {
      const outcome = outcomes.get(item.key);
      if (outcome?.is_kept) {
        await remove("outbox", item.key);
        if (outcome.status > 201) await note(outcome);
      } else if (outcome) await put("outbox", { ...item, refused: outcome.sentence });
    }
    await tell();
  }

  /* What was held for review is said once: only its number and the reason, none of its answers. */
  async function note({ key, sentence }) {
    const kept = (await get("facts", "notes"))?.notes ?? [];
    await put("facts", { name: "notes", notes: [...kept, { key, sentence }].slice(-20) });
  }

  async function run() {
    clearTimeout(timer);
    await tell({ phase: "sending", sentence: "" });
    try {
      await fetchWork();
      const own = new Set(state.work.interviewers);
      const items = (await all("outbox")).filter((item) => own.has(item.interviewer));
      for (const batch of batches(items)) await send(batch);
      await put("facts", { name: "synced", at: Date.now() });
      failures = 0;
      await tell({ phase: "idle", synced: Date.now() });
      const left = (await all("outbox")).some((item) => own.has(item.interviewer) && !item.refused);
      if (left) later();
      navigator.serviceWorker?.controller?.postMessage("purge");
    } catch (error) {
      failures += 1;
      const phase = { 401: "signed-out", 403: "refused" }[error.status] ?? "offline";
      await tell({ phase });
      later();
    }
  }

  let busy = null;

  /* At most one at a time, in all windows together. */
  function sync() {
    const alone = navigator.locks
      ? () => navigator.locks.request("field-sync", { ifAvailable: true }, (lock) => lock && run())
      : run;
    busy ??= Promise.resolve(alone()).finally(() => (busy = null));
    return busy;
  }

  async function start() {
    const [work, synced] = [await get("facts", "work"), await get("facts", "synced")];
    await tell({ work: work?.work ?? null, synced: synced?.at ?? null });
    addEventListener("online", () => {
      failures = 0;
      sync();
    });
    addEventListener("offline", () => tell({ phase: "offline" }));
    document.addEventListener("visibilitychange", () => document.hidden || sync());
    sync();
    register();
  }

  async function register() {
    if (!navigator.serviceWorker) return;
    const registration = await navigator.serviceWorker.register(worker).catch(() => null);
    if (!registration) return;
    let reloading = !navigator.serviceWorker.controller;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      // The first worker takes over a page that is current already.
      if (!reloading) location.reload();
      reloading = true;
    });
  }

  /* A new version of the page waits until no interview is open. */
  async function refresh() {
    const registration = await navigator.serviceWorker?.getRegistration();
    registration?.waiting?.postMessage("go");
  }

  const listen = (listener) => listeners.push(listener);
  globalThis.fieldStore = { all, get, put, remove, finish, sync, start, refresh, listen, tell, state };
})();
