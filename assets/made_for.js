// Classic script: Dash's own requests say whom this page was made for, as api.mjs does of all others,
// so that a tab of somebody who has left does not speak for who is signed in now (pages/auth/admission.py).
(function () {
  const fetchAsBefore = window.fetch;
  const CALLBACKS = "_dash-update-component";

  window.fetch = async function (address, init) {
    const person = document.documentElement.dataset.person;
    const isOfDash = typeof address === "string" && address.split("?")[0].endsWith(CALLBACKS);
    if (!person || !isOfDash) return fetchAsBefore.call(window, address, init);
    const headers = new Headers(init?.headers);
    headers.set("x-lodemap-person", person);
    const answer = await fetchAsBefore.call(window, address, { ...init, headers });
    if (answer.status === 401) window.location.reload(); // the server shows where to sign in
    return answer;
  };
})();
