// Classic script: what Dash's own requests lack. They say whom the page was made for, as api.mjs does of all others, so
// that a tab of somebody who has left does not speak for who is signed in now (pages/auth/admission.py). And Dash tells
// nobody of one that was lost or refused, and leaves what it switched off meanwhile as it is: so what only reads is asked
// again until it is answered or asked anew, everything else is said, and Dash hears that there is nothing new. A page that
// was refused gives the address back to the one that is still there.
(function () {
  const fetchAsBefore = window.fetch;
  const CALLBACKS = "_dash-update-component";
  /** What Dash's router fills. */
  const PAGE = "_pages_content.children";
  /** What changes something is sent once: whoever pressed it may have cancelled it since. */
  const SAVING = ["project-dialog-submit.n_clicks", "projects-moved.data"];
  const LOST = [429, 502, 503, 504];
  const PAUSES_MS = [500, 1000, 2000, 4000];
  const LOST_WORDS = "Connection lost. What you asked for comes once it is back.";
  const UNANSWERED = "Connection lost: nobody knows whether this was done. Try again once it is back; nothing is done twice.";
  const newest = new Map(); // by what it fills: the question that is open
  let shown = null; // the address of the page that is there
  let isBack = false; // the router is about to ask for that page, which it need not build anew

  const say = (text, kind) => window.dash_clientside.lodemap.toast({ text, kind });
  const nothingNew = () => new Response(null, { status: 204 });
  const saves = ({ id, property, value }) => Boolean(value) && SAVING.includes(`${id}.${property}`);
  const messageOf = async (answer) => (await answer?.json().catch(() => null))?.message;
  const pause = (ms) => new Promise((go) => {
    setTimeout(go, ms);
    window.addEventListener("online", go, { once: true });
  });

  /** The page that was asked for is refused: the address is again that of the one that is there. */
  function giveBack(here) {
    if (!shown || here === shown || window.location.href !== here) return;
    isBack = true;
    window.history.replaceState(window.history.state, "", shown);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  async function settled(ask, { output = "", inputs = [] }) {
    const isPage = output.includes(PAGE);
    const here = window.location.href;
    if (isPage && isBack) {
      isBack = false;
      if (here === shown) return nothingNew();
    }
    const mine = {};
    newest.set(output, mine);
    let isTold = false; // that the connection is lost
    for (let losses = 0; ; losses += 1) {
      const answer = await ask().catch(() => null);
      const isLost = !answer || LOST.includes(answer.status);
      if (answer?.status === 401) window.location.reload(); // the server shows where to sign in
      if (isPage && answer?.ok && newest.get(output) === mine) shown = here;
      if (answer?.ok || answer?.status === 401) return answer;
      if (!isLost || inputs.flat().some(saves)) {
        const otherwise = isLost ? UNANSWERED : `The server answered ${answer.status}. Try again in a moment.`;
        say((await messageOf(answer)) ?? otherwise, "error");
        if (isPage) giveBack(here);
        return nothingNew();
      }
      if (losses > 0 && !isTold) { // by then a page that is being left is gone
        isTold = true;
        say((await messageOf(answer)) ?? LOST_WORDS);
      }
      await pause(PAUSES_MS[Math.min(losses, PAUSES_MS.length - 1)]);
      if (newest.get(output) !== mine) return nothingNew();
    }
  }

  window.fetch = function (address, init) {
    const isOfDash = typeof address === "string" && address.split("?")[0].endsWith(CALLBACKS);
    if (!isOfDash) return fetchAsBefore.call(window, address, init);
    const { person } = document.documentElement.dataset;
    const headers = new Headers(init?.headers);
    if (person) headers.set("x-lodemap-person", person);
    const said = person ? { ...init, headers } : init;
    return settled(() => fetchAsBefore.call(window, address, said), JSON.parse(init?.body ?? "{}"));
  };
})();
