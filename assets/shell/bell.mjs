// Whether the room's bell may be waited for. The server rings over the room's connection when there is news, and a page
// then asks. A bell is trusted from when it was heard until it is cut, or a look finds news that nobody rang for: a dead
// connection looks open, a proxy may hold back what it should pass on, and not everything is rung for. It asks nothing itself.
//
//   createBell() -> {isTrusted(), ring(), cut(), await(), look() -> looked(isNew)}
//     isTrusted()  while it is, a page needs to look by itself seldom only
//     ring()       it was heard
//     cut()        nobody rings for a while: the connection is gone, or a ring was heard and not answered
//     await()      there may be news that needs no ring: this page has asked for it, or changed something itself
//     look()       a look begins; once it is over, `looked` hears whether there was news

export function createBell() {
  let isTrusted = false;
  let isAwaited = false;

  return {
    isTrusted: () => isTrusted,
    ring() {
      isTrusted = true;
      isAwaited = true;
    },
    cut() { isTrusted = false; },
    await() { isAwaited = true; },
    look() {
      const wasAwaited = isAwaited;
      isAwaited = false;
      return function looked(isNew) {
        if (isNew && !wasAwaited && !isAwaited) isTrusted = false; // who rings while a page looks rings for that news
      };
    },
  };
}
