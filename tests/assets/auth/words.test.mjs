import assert from "node:assert/strict";
import { test } from "node:test";

import { roleWords } from "../../../assets/auth/account.mjs";
import { keepOwn, next, way, welcome } from "../../../assets/auth/login.mjs";
import { inviteWords, linkOf, memberWords, personWords, removalWords, seenWords } from "../../../assets/auth/words.mjs";

const NOW = 1_000_000;

test("when somebody was here", () => {
  assert.equal(seenWords(0, NOW), "has not come yet");
  assert.equal(seenWords(NOW - 10, NOW), "here now");
  assert.equal(seenWords(NOW + 10, NOW), "here now");
  assert.equal(seenWords(NOW - 300, NOW), "5 min ago");
  assert.equal(seenWords(NOW - 3700, NOW), "1 h ago");
  assert.equal(seenWords(NOW - 3 * 86400, NOW), "3 days ago");
  assert.equal(personWords({ origin: "oidc", seen_at: NOW }, NOW), "single sign-on · here now");
});

test("what an invite still does", () => {
  const invite = { is_open: true, is_for_many: false, num_used: 0, expires_at: NOW + 6.9 * 86400, author: "Ada" };
  assert.equal(inviteWords(invite, NOW), "for one · 7 days left · by Ada");
  const left = (seconds) => inviteWords({ ...invite, expires_at: NOW + seconds }, NOW).split(" · ")[1];
  assert.deepEqual([1800, 3600, 5 * 3600, 86399, 2 * 86400 - 1801, 2 * 86400].map(left), ["less than 1 h left", "1 h left", "5 h left", "24 h left", "47 h left", "2 days left"]);
  assert.equal(inviteWords({ ...invite, is_for_many: true, num_used: 3 }, NOW), "for many, 3 came · 7 days left · by Ada");
  assert.equal(inviteWords({ ...invite, is_open: false, num_used: 2 }, NOW), "ended · 2 people came · by Ada");
});

test("the secret of an invite is behind the #, which browsers do not send", () => {
  assert.equal(linkOf("s3cret", "https://maps.example"), "https://maps.example/invite#s3cret");
});

test("removing, members and roles say what they mean", () => {
  assert.match(removalWords({ name: "Ben", origin: "password" }), /^Ben is signed out everywhere at once, and links they made end\. .* stays\.$/);
  assert.match(removalWords({ name: "Ben", origin: "oidc" }), /take them out there too\.$/);
  assert.equal(memberWords(false, 3), "Everybody who signs in sees this project.");
  assert.equal(memberWords(true, 1), "Only 1 member and admins see it; for others it is not there.");
  assert.match(memberWords(true, 0), /^Nobody but admins/);
  assert.equal(roleWords("viewer"), "Looks and follows");
});

test("the page of who is not let in: what it posts and where it leads", () => {
  assert.deepEqual(way("sign-in", "", { name: "Ada", password: "p" }), { path: "/api/login", body: { name: "Ada", password: "p" } });
  assert.deepEqual(way("invite", "s", { name: "Ada" }, "k"), { path: "/api/invite", body: { secret: "s", name: "Ada", key: "k" } });
  assert.equal(next("/login"), "/");
  assert.equal(next("/invite"), "/");
  assert.equal(next("/runs"), null);
  assert.match(welcome({ by: "Ada", role: "viewer" }), /^Ada invites you to look/);
});

test("what somebody else left unsent does not go out as another person's", () => {
  const storage = { "lodemap.outbox.1": '{"at": 1}', "lodemap.outbox.2": "x", "lodemap.choice.p": "1", "lodemap.theme": "dark" };
  const methods = { getItem: (key) => storage[key] ?? null, setItem: (key, value) => { storage[key] = value; }, removeItem: (key) => delete storage[key] };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(storage, name, { value, enumerable: false });
  keepOwn("ada", storage);
  keepOwn("ada", storage);
  assert.ok(storage["lodemap.outbox.1"]);
  keepOwn("ben", storage);
  assert.deepEqual(JSON.parse(storage["lodemap.outbox.1"]), { at: 1, by: "ada" }, "it waits until its author is back");
  assert.equal(storage["lodemap.outbox.2"], undefined);
  assert.equal(storage["lodemap.choice.p"], undefined);
  assert.equal(storage["lodemap.theme"], "dark");
});
