// What lies in this frame's storages: names only.
async () => {
  const found = [];
  const gather = async (kind, names) => {
    try {
      for (const name of (await names()).slice(0, 500)) found.push({ kind, name: `${name}`.slice(0, 200) });
    } catch {
      // A storage this frame may not have.
    }
  };
  await gather("local-storage", async () => Object.keys(localStorage));
  await gather("session-storage", async () => Object.keys(sessionStorage));
  await gather("indexed-db", async () => (await indexedDB.databases()).map((one) => one.name));
  await gather("cache", async () => caches.keys());
  await gather("service-worker", async () =>
    (await navigator.serviceWorker.getRegistrations()).map((one) => new URL((one.active ?? one.waiting ?? one.installing).scriptURL).pathname));
  return { origin: location.origin, found, title: document.title.slice(0, 300), language: document.documentElement?.lang ?? "" };
}
