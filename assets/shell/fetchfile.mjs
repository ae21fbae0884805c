// A file that the server makes while one waits: what has come so far is told, and it can be stopped.
//
//   fetchFile({send, path, init, signal, onBytes}) -> Promise<{name, blob}>     `onBytes` hears what has come so far

import { ApiError } from "./api.mjs";

/** The name a file comes with (RFC 6266): in its own script, else in plain letters. */
export function nameOf(disposition, otherwise) {
  const own = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1];
  return own ? decodeURIComponent(own) : disposition?.match(/filename="([^"]*)"/)?.[1] ?? otherwise;
}

/** @param {{send: Function, path: string, init?: object, signal?: AbortSignal, onBytes?: (come: number) => void}} options */
export async function fetchFile({ send, path, init = {}, signal, onBytes = () => {} }) {
  const answer = await send(path, { ...init, signal });
  const parts = [];
  let come = 0;
  try {
    for (const reader = answer.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      come += value.length;
      onBytes(come);
    }
  } catch {
    throw new ApiError({ message: "The file broke off on its way. Try again.", code: "lost" });
  }
  const type = answer.headers.get("content-type") ?? "application/octet-stream";
  return { name: nameOf(answer.headers.get("content-disposition"), "export"), blob: new Blob(parts, { type }) };
}
