import assert from "node:assert/strict";
import test from "node:test";

import { baseOf, filesOfDrop, filesOfInput, sourceOf, tidy } from "../../../assets/data/choosing.mjs";

const file = (name, text = name) => new File([text], name);
const chosen = (...paths) => paths.map((path) => ({ path, file: file(path.split("/").at(-1)) }));
const paths = (list) => list.map((each) => each.path);

test("the folder that was chosen is not part of the names, those inside it are", () => {
  assert.deepEqual(paths(tidy(chosen("shapes/square/2.png", "shapes/circle/1.png"))), ["circle/1.png", "square/2.png"]);
  assert.deepEqual(paths(tidy(chosen("square/2.png", "circle/1.png"))), ["circle/1.png", "square/2.png"]);
  assert.deepEqual(paths(tidy(chosen("a.png"))), ["a.png"]);
});

test("what systems put beside files stays behind", () => {
  const mixed = chosen("s/.DS_Store", "s/a.png", "__MACOSX/s/a.png", "s/Thumbs.db", "s/.git/config");
  assert.deepEqual(paths(tidy(mixed)), ["a.png"]);
});

test("two files of one name both come along", () => {
  assert.deepEqual(paths(tidy(chosen("a.png", "a.png", "a", "a"))), ["a", "a (2)", "a (2).png", "a.png"]);
});

test("one file is sent as it is, a folder or several as one archive named after them", async () => {
  const one = sourceOf(chosen("round.npz"));
  assert.deepEqual([one.name, one.size, one.numFiles], ["round.npz", 9, 1]);
  assert.equal(sourceOf(chosen("shapes/circle/1.png", "shapes/square/1.png")).name, "shapes.zip");
  assert.equal(sourceOf(chosen("shapes/1.png")).name, "shapes.zip");
  assert.equal(sourceOf(chosen("t10k-images.idx3", "t10k-labels.idx1")).name, "t10k-images.zip");
  assert.equal(sourceOf(chosen(".DS_Store")), null);
  assert.equal(sourceOf([]), null);
});

test("the same files in another order make the same archive", async () => {
  const one = sourceOf(chosen("s/a.png", "s/b.png"));
  const other = sourceOf(chosen("s/b.png", "s/a.png"));
  assert.deepEqual(await one.read(0, one.size), await other.read(0, other.size));
});

test("files of the same names and sizes are told apart by when they were changed", () => {
  const at = (lastModified, name = "a.npy", text = "ab") => ({ path: name, file: new File([text], name, { lastModified }) });
  const imprint = (...given) => sourceOf(given).imprint;
  assert.deepEqual(imprint(at(5000)).slice(1), [5000, 5000]);
  assert.deepEqual(imprint(at(5000), at(7000, "b.npy")).slice(1), [7000, 6000]);
  assert.deepEqual(imprint(at(7000, "b.npy"), at(5000)), imprint(at(5000), at(7000, "b.npy")));
  assert.notEqual(imprint(at(1), at(1, "b.npy", "abc"))[0], imprint(at(1, "a.npy", "abc"), at(1, "b.npy"))[0], "which is the longer one");
});

test("folders are walked to their ends, a hundred entries at a time", async () => {
  const fileEntry = (path) => ({ isFile: true, fullPath: path, file: (found) => found(file(path.split("/").at(-1))) });
  const folder = (path, inside) => {
    const rest = [...inside];
    return { isFile: false, fullPath: path, createReader: () => ({ readEntries: (found) => found(rest.splice(0, 100)) }) };
  };
  const many = Array.from({ length: 250 }, (_, at) => fileEntry(`/s/deep/${at}.wav`));
  const items = [folder("/s", [fileEntry("/s/one.wav"), folder("/s/deep", many)]), null]
    .map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => file("loose.csv") }));
  const found = await filesOfDrop({ items: [...items, { kind: "string" }] });
  assert.equal(found.length, 252);
  assert.deepEqual([found[0].path, found[250].path, found[251].path], ["s/one.wav", "s/deep/249.wav", "loose.csv"]);
});

/** A drop of one folder of so many files. */
function dropOf(count) {
  const entries = Array.from({ length: count }, (_, at) => ({ isFile: true, fullPath: `/s/${at}.wav`, file: (found) => found(file(`${at}.wav`)) }));
  const entry = { isFile: false, isDirectory: true, name: "s", createReader: () => ({ readEntries: (found) => found(entries.splice(0, 100)) }) };
  return { items: [{ kind: "file", webkitGetAsEntry: () => entry }] };
}

test("how far a folder is looked through is told now and then, by its name", async () => {
  const told = [];
  await filesOfDrop(dropOf(250), (name) => { told.push(name); return { onFound: (count) => told.push(count) }; });
  assert.deepEqual(told, ["s", 100, 200]);
  const loose = { items: [{ kind: "file", webkitGetAsEntry: () => null, getAsFile: () => file("a.csv") }] };
  await filesOfDrop(loose, () => assert.fail("nobody waits for a file"));
});

test("who cancels ends the looking through", async () => {
  const page = new AbortController();
  let most = 0;
  const looking = filesOfDrop(dropOf(1000), () => ({ signal: page.signal, onFound: (count) => { most = count; if (count === 200) page.abort(); } }));
  await assert.rejects(looking, { name: "AbortError" });
  assert.equal(most, 200);
});

test("a folder in a folder may hold as many files as an import", async () => {
  const [most, one] = [200_000, file("1.png")];
  const folder = (count, nth) => {
    let at = 0;
    return { isFile: false, createReader: () => ({ readEntries: (found) => { const from = at; at = Math.min(count, at + 1000); found(Array.from({ length: at - from }, (_, k) => nth(from + k))); } }) };
  };
  const inner = folder(most, (n) => ({ isFile: true, fullPath: `/s/deep/${n}.png`, file: (found) => found(one) }));
  const found = await filesOfDrop({ items: [{ kind: "file", webkitGetAsEntry: () => folder(1, () => inner) }] });
  assert.deepEqual([found.length, found.at(-1).path], [most, "s/deep/199999.png"]);
});

test("a chosen folder brings its paths", () => {
  const inside = Object.defineProperty(file("1.png"), "webkitRelativePath", { value: "s/1.png" });
  assert.deepEqual(paths(filesOfInput({ files: [inside, file("2.png")] })), ["s/1.png", "2.png"]);
});

test("a project is called after its file, in words", () => {
  assert.equal(baseOf("round_things.npz"), "Round things");
  assert.equal(baseOf("fsdd.zip"), "Fsdd");
  assert.equal(baseOf("a.b.csv"), "A.b");
  assert.equal(baseOf(".zip"), "New project");
});
