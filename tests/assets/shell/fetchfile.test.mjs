import assert from "node:assert/strict";
import test from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { unpackIds } from "../../../assets/parts/codec.mjs";
import { fetchFile, nameOf } from "../../../assets/shell/fetchfile.mjs";
import { KINDS, requestOf } from "../../../assets/teaching/takeselection.mjs";

test("a file has the name it comes with, in its own script", () => {
  assert.equal(nameOf("attachment; filename=\"__ - map.csv\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20-%20map.csv", "x"), "日本 - map.csv");
  assert.equal(nameOf('attachment; filename="a.csv"', "x"), "a.csv");
  assert.equal(nameOf(null, "export"), "export");
});

const answer = (parts, headers = {}) => new Response(new ReadableStream({ start(out) { for (const part of parts) out.enqueue(new TextEncoder().encode(part)); out.close(); } }), { headers });

test("what has come is told, and the whole is one file", async () => {
  const told = [];
  const asked = [];
  const send = async (path, init) => { asked.push([path, init.method]); return answer(["abc", "de"], { "content-disposition": 'attachment; filename="n.zip"', "content-type": "application/zip" }); };
  const { name, blob } = await fetchFile({ send, path: "/x", init: { method: "POST" }, signal: undefined, onBytes: (come) => told.push(come) });
  assert.deepEqual([name, await blob.text(), blob.type], ["n.zip", "abcde", "application/zip"]);
  assert.deepEqual([told, asked], [[3, 5], [["/x", "POST"]]]);
});

test("a refusal is the server's sentence, and what broke off says so", async () => {
  const refused = async () => { throw new ApiError({ message: "There is no map yet.", status: 404 }); };
  await assert.rejects(fetchFile({ send: refused, path: "/x" }), /There is no map yet/);
  const broken = async () => new Response(new ReadableStream({ pull(out) { out.error(new Error("gone")); } }));
  await assert.rejects(fetchFile({ send: broken, path: "/x" }), /broke off on its way/);
});

test("the selection alone is asked for by its samples, ascending", () => {
  const { path, init } = requestOf("p1", "embedding.csv", new Uint32Array([9, 2, 5]), 100);
  assert.equal(path, "/api/projects/p1/exports/embedding.csv");
  const packed = Uint8Array.from(atob(JSON.parse(init.body).samples), (sign) => sign.charCodeAt(0));
  assert.deepEqual([...unpackIds(packed, 100)], [2, 5, 9]);
  assert.ok(KINDS.some(([, file]) => file === "annotations.parquet"));
});
