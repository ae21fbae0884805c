// One piece of work at a time: asked for again while it is under way, it is done once more when it has ended.
//
//   onceAgain(work, isWanted?) -> ask() -> Promise<void>   isWanted: looked at before each time; what is due waits for the next ask

export function onceAgain(work, isWanted = () => true) {
  let isBusy = false;
  let isDue = false;

  return async function ask() {
    isDue = true;
    if (isBusy) return;
    isBusy = true;
    try {
      while (isDue && isWanted()) {
        isDue = false;
        await work();
      }
    } finally {
      isBusy = false;
    }
  };
}
