import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { crc32 } from "../../../assets/data/crc32.mjs";
import { createPack, createWhole } from "../../../assets/data/zipping.mjs";

const LOOK = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[i.filename, i.file_size, i.compress_type, archive.read(i).hex()] for i in archive.infolist()]))
`;
const bytes = (length, seed = 1) => Uint8Array.from({ length }, (_, at) => (at * 7919 * seed + (at >> 3)) & 255);
const entries = () => [
  { path: "circle/1.png", file: new Blob([bytes(5)]) },
  { path: "circle/größe 2.png", file: new Blob([bytes(70_000, 3)]) },
  { path: "leer.txt", file: new Blob([]) },
  { path: "square/3.png", file: new Blob([bytes(1_234, 5)]) },
];

/** What Python's zipfile finds in the archive: [name, size, method, content in hex]. */
function asPythonReads(archive) {
  const folder = mkdtempSync(join(tmpdir(), "zipping-"));
  try {
    writeFileSync(join(folder, "pack.zip"), archive);
    return JSON.parse(execFileSync("python3", ["-c", LOOK, join(folder, "pack.zip")], { maxBuffer: 1 << 26, encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function assertHolds(archive, given) {
  const found = asPythonReads(archive);
  assert.deepEqual(found.map((each) => each[0]), given.map((each) => each.path));
  for (const [at, { file }] of given.entries()) {
    assert.equal(found[at][2], 0, "stored");
    assert.equal(found[at][3], Buffer.from(await file.arrayBuffer()).toString("hex"));
  }
}

test("the sum is the one of the standard's check value, whole or in pieces", () => {
  const check = new TextEncoder().encode("123456789");
  assert.equal(crc32(check), 0xcbf43926);
  assert.equal(crc32(check.subarray(4), crc32(check.subarray(0, 4))), 0xcbf43926);
});

test("python reads what was packed", async () => {
  const pack = createPack(entries());
  const archive = await pack.read(0, pack.size);
  assert.equal(archive.length, pack.size);
  await assertHolds(archive, entries());
});

test("any piece may be asked for first, also by a page that was opened anew", async () => {
  const whole = await createPack(entries()).read(0, Infinity);
  for (const length of [1, 13, 997, 65_536]) {
    for (let at = 0; at < whole.length; at += Math.max(length, 4_001)) {
      const piece = await createPack(entries()).read(at, length);
      assert.deepEqual(piece, whole.slice(at, at + length), `${length} bytes at ${at}`);
    }
  }
});

test("an archive too large for the old format is a ZIP64 that python reads", async () => {
  for (const limits of [{ size: 100 }, { size: 71_000 }, { count: 3 }, { size: 3_000, count: 2 }]) {
    const pack = createPack(entries(), limits);
    const archive = await pack.read(0, pack.size);
    assert.equal(archive.length, pack.size);
    await assertHolds(archive, entries());
  }
});

test("files beyond 4 GB are laid out without being read", async () => {
  const huge = { size: 5 * 2 ** 30, slice: () => assert.fail("not read") };
  const { size } = createPack([{ path: "a.wav", file: huge }, { path: "b.wav", file: huge }]);
  assert.equal(size, 2 * (30 + 5 + 20) + 10 * 2 ** 30 + (46 + 5 + 20) + (46 + 5 + 28) + 98);
});

test("a file that is gone is named", async () => {
  const gone = { size: 9, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("NotFoundError")) }) };
  await assert.rejects(createPack([{ path: "a/b.png", file: gone }]).read(0, 99), /a\/b\.png cannot be read any more/);
});

test("one file is sent as it is", async () => {
  const whole = createWhole(new Blob([bytes(100)]));
  assert.equal(whole.size, 100);
  assert.deepEqual(await whole.read(90, 50), bytes(100).slice(90));
});
