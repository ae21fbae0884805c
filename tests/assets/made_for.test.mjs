import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../assets/made_for.js", import.meta.url), "utf8");
const ADDRESS = "/_dash-update-component";
const INIT = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };

const bodyOf = (output, ...inputs) => ({ ...INIT, body: JSON.stringify({ output, inputs }) });
const answerOf = ({ status = 200, message }) => ({ status, ok: status < 300, async json() { return { message }; } });
const pressed = (value = 1) => bodyOf("dialog", { id: "project-dialog-submit", property: "n_clicks", value });

/** A page made for a person, whose server answers in turn ({status, message}, null for lost); the last for ever. */
function page(person, ...turns) {
  if (turns.length === 0) turns.push({});
  const asked = [];
  const toasts = [];
  const pauses = []; // those that wait; `pass` lets them end
  const window = {
    num: 0, moves: [], addEventListener() {},
    location: { href: "http://a/projects", reload: () => { window.num += 1; } },
    history: { state: "kept", replaceState: (state, _, href) => { window.moves.push([state, href]); window.location.href = href; } },
    dispatchEvent: ({ type }) => { window.moves.push(type); },
    dash_clientside: { lodemap: { toast: (said) => { toasts.push(said); } } },
    async fetch(address, init) {
      asked.push([address, init]);
      const turn = turns.length > 1 ? turns.shift() : turns[0];
      if (turn === null) throw new TypeError("Failed to fetch");
      return answerOf(turn);
    },
  };
  const document = { documentElement: { dataset: person ? { person } : {} } };
  vm.runInNewContext(SOURCE, { window, document, CustomEvent, Headers, Response, setTimeout: (go, ms) => pauses.push([go, ms]) });
  const settle = () => new Promise((go) => { setImmediate(go); });
  async function pass() {
    await settle();
    const [go, ms] = pauses.shift();
    go();
    await settle();
    return ms;
  }
  return { window, asked, toasts, pauses, pass, settle };
}

test("made for: Dash's own requests say whom the page was made for, and keep what they said", async () => {
  for (const address of [ADDRESS, `${ADDRESS}?job=1`]) {
    const { window, asked } = page("ada");
    await window.fetch(address, INIT);
    const [[to, { method, headers, body }]] = asked;
    assert.deepEqual([to, method, body], [address, "POST", "{}"]);
    assert.deepEqual([headers.get("content-type"), headers.get("x-lodemap-person")], ["application/json", "ada"]);
  }
});

test("made for: all other requests, and those where nobody signs in, go as they were", async () => {
  for (const [person, address] of [["ada", "/api/session"], ["ada", new URL(`http://a${ADDRESS}`)], [null, ADDRESS]]) {
    const { window, asked } = page(person);
    await window.fetch(address, INIT);
    assert.equal(asked[0][1], INIT);
  }
});

test("made for: who is somebody else by now loads the page anew", async () => {
  for (const [status, num] of [[200, 0], [204, 0], [401, 1]]) {
    const { window, toasts } = page("ada", { status });
    assert.equal((await window.fetch(ADDRESS, INIT)).status, status);
    assert.deepEqual([window.num, toasts.length], [num, 0]);
  }
});

test("made for: what is refused is said, and Dash hears that there is nothing new", async () => {
  for (const [turn, words] of [
    [{ status: 403, message: "You are a viewer here." }, "You are a viewer here."],
    [{ status: 500 }, "The server answered 500. Try again in a moment."],
  ]) {
    const { window, asked, toasts } = page(null, turn);
    assert.equal((await window.fetch(ADDRESS, INIT)).status, 204);
    assert.deepEqual(toasts.map(({ text, kind }) => [text, kind]), [[words, "error"]]);
    assert.equal(asked.length, 1);
  }
});

test("made for: what changes something and is lost is said, sent once, and frees its button", async () => {
  const { window, asked, toasts } = page(null, null);
  assert.equal((await window.fetch(ADDRESS, pressed())).status, 204);
  assert.equal(asked.length, 1);
  assert.match(toasts[0].text, /^Connection lost: nobody knows whether this was done\./);
  const crowded = page(null, { status: 429, message: "Wait 3 s." });
  await crowded.window.fetch(ADDRESS, pressed());
  assert.equal(crowded.toasts[0].text, "Wait 3 s.");
});

test("made for: what only reads is asked again until there is an answer, and said once meanwhile", async () => {
  for (const init of [bodyOf("page", { id: "shell-location", property: "pathname", value: "/runs" }), pressed(null)]) {
    const { window, asked, toasts, pass, settle } = page("ada", null, { status: 502 }, null, {});
    const answer = window.fetch(ADDRESS, init);
    await settle();
    assert.equal(toasts.length, 0, "one loss may be a page that is being left");
    assert.deepEqual([await pass(), toasts.length], [500, 1]);
    assert.deepEqual([await pass(), toasts.length], [1000, 1]);
    assert.deepEqual([await pass(), toasts.length], [2000, 1]);
    assert.equal((await answer).status, 200);
    assert.equal(asked.length, 4);
    assert.match(toasts[0].text, /^Connection lost\. What you asked for comes/);
    assert.equal(toasts[0].kind, undefined, "it leaves by itself");
  }
});

test("made for: a newer question of the same ends the waiting of the older, not of others", async () => {
  const { window, asked, pauses, pass, settle } = page(null, null, null, {});
  const older = window.fetch(ADDRESS, bodyOf("page"));
  const other = window.fetch(ADDRESS, bodyOf("bar"));
  await settle();
  assert.equal((await window.fetch(ADDRESS, bodyOf("page"))).status, 200);
  await pass();
  await pass();
  assert.deepEqual([(await older).status, (await other).status], [204, 200]);
  assert.deepEqual([asked.length, pauses.length], [4, 0]);
});

const PAGE = bodyOf("..._pages_content.children..._pages_store.data...");
const open = (window, href) => { window.location.href = href; return window.fetch(ADDRESS, PAGE); };

test("made for: a page that is refused gives back the address of the one that is still there, and that one is not asked for", async () => {
  const { window, asked, toasts } = page(null, {}, { status: 500 }, {});
  await open(window, "http://a/map");
  assert.equal((await open(window, "http://a/runs")).status, 204);
  assert.deepEqual([window.location.href, window.moves, toasts.length], ["http://a/map", [["kept", "http://a/map"], "_dashprivate_pushstate"], 1]);
  assert.equal((await window.fetch(ADDRESS, PAGE)).status, 204, "the router asks, as the address changed");
  assert.equal(asked.length, 2);
  assert.equal((await window.fetch(ADDRESS, PAGE)).status, 200, "asked for once more it is built anew");
  assert.equal(asked.length, 3);
});

test("made for: the address stays where no page was shown yet, for what is no page, and for who is elsewhere by now", async () => {
  const first = page(null, { status: 500 });
  await open(first.window, "http://a/map");
  const part = page(null, {}, { status: 500 });
  await open(part.window, "http://a/map");
  part.window.location.href = "http://a/runs";
  await part.window.fetch(ADDRESS, bodyOf("bar"));
  const gone = page(null, {}, { status: 500 });
  await open(gone.window, "http://a/map");
  const refused = open(gone.window, "http://a/runs");
  gone.window.location.href = "http://a/review";
  await refused;
  for (const { window } of [first, part, gone]) assert.deepEqual(window.moves, []);
});
