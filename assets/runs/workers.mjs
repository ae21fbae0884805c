// Who trains and with what: a button that counts the workers, and a dialog that lists them.

import { sizeOf } from "../parts/counting.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { stillWanted } from "../parts/stillwanted.mjs";
import { el } from "../parts/elements.mjs";
import { savingSentenceOf } from "../shell/errors.mjs";

const EVERY_MS = 1500;
const CHOICES = [
  ["auto", "A GPU where one is free, else the CPU"],
  ["gpu", "Wait for a GPU"],
  ["any", "The CPU is fine"],
];
const NOTES = {
  auto: "A run takes a GPU that is idle and waits for none.",
  gpu: "A run waits until a worker with a GPU is free, and says so where it waits.",
  any: "A run takes whichever worker is free first.",
};

/** "2 workers", "No worker". */
export const countOf = (workers) => (workers.length === 0 ? "No worker" : `${workers.length} ${workers.length === 1 ? "worker" : "workers"}`);

/** "NVIDIA L4, 24 GB", "CPU, 2 cores". */
export function deviceOf({ device, device_name: name, device_memory: memory }) {
  const kind = device === "cpu" ? "CPU" : device === "cuda" ? "" : device.toUpperCase();
  return [kind, name, memory ? sizeOf(memory) : ""].filter(Boolean).join(", ");
}

/** The cells of a line: host, device, memory the process holds, version, what it does. */
export function cellsOf(worker) {
  const held = worker.process_memory ? sizeOf(worker.process_memory) : "–";
  return [worker.host_name || worker.worker_id, deviceOf(worker), held, worker.version || "–", worker.doing];
}

/** @returns {{show(): Promise<void>, destroy(): void}} */
export function mountWorkers({ root, api, projectId, onError, onChange }) {
  const button = root.querySelector("#runs-workers");
  let box = null; // the dialog, or true while it is asked for
  let isGone = false;

  function line(worker) {
    return el("tr", {}, cellsOf(worker).map((cell, nth) => el("td", nth === 2 ? { class: "num" } : {}, cell)));
  }

  function draw(place, { workers, start }) {
    const head = el("tr", {}, ["Machine", "Device", "Holds", "Version", "Does"].map((name) => el("th", { scope: "col" }, name)));
    const table = el("table", { class: "rows" }, [el("thead", {}, head), el("tbody", {}, workers.map(line))]);
    place.replaceChildren(workers.length ? table : el("p", { class: "notice warn" }, start));
  }

  async function look(place) {
    const told = await api.json(`/api/projects/${projectId}/workers`);
    button.querySelector(".words").textContent = countOf(told.workers);
    button.classList.toggle("warn", told.workers.length === 0);
    if (place?.isConnected) draw(place, told);
    return told;
  }

  /** What was refused is not shown as chosen; where the answer was lost nobody knows. */
  function chooser(device) {
    let known = device;
    const note = el("p", { class: "cap" }, NOTES[device]);
    const select = el("select", { class: "form-select", id: "workers-device" }, CHOICES.map(([value, words]) => el("option", { value }, words)));
    select.value = device;
    select.addEventListener("change", async () => {
      const chosen = select.value;
      note.textContent = NOTES[chosen];
      try {
        await api.post(`/api/projects/${projectId}/device`, { device: chosen });
        known = chosen;
        box?.say("");
        onChange();
      } catch (error) {
        if (!error.isLost && select.value === chosen) { select.value = known; note.textContent = NOTES[known]; }
        box?.say(savingSentenceOf(error));
      }
    });
    return el("div", { class: "field" }, [el("label", { class: "field-name", for: "workers-device" }, "This project's runs use"), select, note]);
  }

  async function open() {
    if (box) return;
    box = true;
    const isWanted = stillWanted(null, { own: button });
    try {
      const told = await look();
      if (!isWanted() || isGone) return void (box = null);
      const place = el("div", { class: "workers-list" });
      draw(place, told);
      const again = () => look(place).catch(() => {});
      box = openDialog({
        title: "Workers", class: "dialog-wide",
        content: el("div", { class: "workers" }, [el("p", { class: "sec" }, "Each trains one run at a time. Projects take turns; an Update goes before a first map, and both before variants."), place, chooser(told.device)]),
        onClose() { clearInterval(timer); box = null; },
      });
      const timer = setInterval(again, EVERY_MS);
    } catch (error) {
      box = null;
      onError(error);
    }
  }

  button.addEventListener("click", open);
  return { show: () => look().then(() => {}, () => {}), destroy: () => { isGone = true; button.removeEventListener("click", open); } };
}
