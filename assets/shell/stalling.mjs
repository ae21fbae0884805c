// Ends a question that stands still: what goes on is never cut off, however slow the line.
//
//   unlessStalled(ask, {signals, stallMs?, timers?}) -> Promise<Response>
//     ask(signal)   fetches; `signals` end it too
//     stallMs       without the answer, or without a byte of it, for so long the connection counts as lost

const STALL_MS = 15_000;

export async function unlessStalled(ask, { signals, stallMs = STALL_MS, timers = globalThis }) {
  const stalling = new AbortController();
  let timer = 0;
  const done = () => timers.clearTimeout(timer);
  const hear = () => {
    done();
    timer = timers.setTimeout(() => stalling.abort(new DOMException("Nothing was heard.", "TimeoutError")), stallMs);
    timer.unref?.(); // nothing stays open for it, outside a browser
  };

  hear();
  try {
    const response = await ask(AbortSignal.any([stalling.signal, ...signals]));
    if (!response.body) {
      done();
      return response;
    }
    hear();
    const heard = new TransformStream({ transform(chunk, on) { hear(); on.enqueue(chunk); }, flush: done });
    return new Response(response.body.pipeThrough(heard), response);
  } catch (error) {
    done();
    throw error;
  }
}
