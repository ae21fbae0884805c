// Sends a file in one request, as `fetch` would, and tells how much has left; what goes on is never cut off.
//
//   sendingBy({onProgress, stallMs?, answerMs?}) -> fetch        to be given to api.json as `by`
//     onProgress({sent, size})   bytes; sent === size: the server has it all and reads it
//     stallMs                    without a byte for so long the connection counts as lost
//     answerMs                   how long the server may read once it has all

const STALL_MS = 15_000;
const ANSWER_MS = 180_000;

/** @param {{onProgress?: (of: {sent: number, size: number}) => void, stallMs?: number, answerMs?: number, Request?: typeof XMLHttpRequest, timers?: typeof globalThis}} options */
export function sendingBy({ onProgress = () => {}, stallMs = STALL_MS, answerMs = ANSWER_MS, Request = globalThis.XMLHttpRequest, timers = globalThis }) {
  return (path, { method, headers = {}, body, signal }) => new Promise((resolve, reject) => {
    const request = new Request();
    let timer = 0;
    const lose = () => { done(); request.abort(); reject(new TypeError("The connection is lost.")); };
    const stop = () => { done(); request.abort(); reject(signal.reason); };
    const wait = (ms) => { timers.clearTimeout(timer); timer = timers.setTimeout(lose, ms); };
    const done = () => { timers.clearTimeout(timer); signal?.removeEventListener("abort", stop); };

    if (signal?.aborted) return void reject(signal.reason);
    signal?.addEventListener("abort", stop);
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => { wait(stallMs); onProgress({ sent: Math.min(loaded, body.size), size: body.size }); };
    request.upload.onload = () => { wait(answerMs); onProgress({ sent: body.size, size: body.size }); };
    request.onerror = lose;
    request.onload = () => { done(); resolve(new Response(request.responseText || null, { status: request.status })); };
    wait(stallMs);
    request.send(body);
  });
}
