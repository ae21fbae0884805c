// Classic script: gives Dash's clientside callbacks a stable place before the modules have loaded.
//
//   Python    ClientsideFunction("lodemap", "tick")      any name
//   module    lodemapBridge.provide({ tick(n) { ... } })
//
// A call made before its function is provided waits for it; Dash takes the promise as the answer.
(function () {
  const provided = new Map();
  const waiting = new Map();

  function later(name) {
    if (!waiting.has(name)) {
      let open;
      const promise = new Promise((resolve) => { open = resolve; });
      waiting.set(name, { promise, open });
    }
    return waiting.get(name).promise;
  }

  function call(name, args) {
    const known = provided.get(name);
    return known ? known(...args) : later(name).then((found) => found(...args));
  }

  window.lodemapBridge = {
    provide(functions) {
      for (const [name, run] of Object.entries(functions)) {
        provided.set(name, run);
        waiting.get(name)?.open(run);
        waiting.delete(name);
      }
    },
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.lodemap = new Proxy({}, {
    get: (_, name) => (...args) => call(name, args),
    has: () => true,
  });
})();
