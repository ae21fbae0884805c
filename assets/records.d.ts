// The shapes that rooms hand one another, and what the server answers (docs/http.md), by name.
// Read by `npm run types` only; a module takes one in by `/** @import {Run} from "../records" */`.

import type { createApi } from "./shell/api.mjs";
import type { createKeys } from "./shell/keys.mjs";
import type { createMap } from "./map/index.mjs";
import type { decodeAtlas } from "./insight/atlas.mjs";
import type { decodeFrame } from "./parts/codec.mjs";
import type { createFrames } from "./motion/frames.mjs";
import type { createKnownLine } from "./motion/known_line.mjs";
import type { createPlayer } from "./motion/player.mjs";
import type { createPlayhead } from "./motion/playhead.mjs";
import type { createSync } from "./motion/sync.mjs";
import type { createReviews } from "./review/reviews.mjs";
import type { createOutbox } from "./teaching/outbox.mjs";
import type { Lens } from "./map/space/lens.mjs";
import type { createRoom } from "./presenting/room.mjs";
import type { Region } from "./map/hands.mjs";
import type { Range, Box } from "./map/frame_axes.mjs";
import type { Name } from "./map/overlay.mjs";
import type { Place } from "./map/options.mjs";
import type { ClassPlace } from "./teaching/class_places.mjs";
import type { Pins } from "./teaching/pins.mjs";
import type { createWindows } from "./mappage/windows.mjs";
import type { showToast } from "./shell/toasts.mjs";

export type Api = ReturnType<typeof createApi>;
export type Keys = ReturnType<typeof createKeys>;
export type LodeMap = ReturnType<typeof createMap>;
export type Frames = ReturnType<typeof createFrames>;
export type KnownLine = ReturnType<typeof createKnownLine>;
export type Player = ReturnType<typeof createPlayer>;
export type Playhead = ReturnType<typeof createPlayhead>;
export type Sync = ReturnType<typeof createSync>;
export type Reviews = ReturnType<typeof createReviews>;
export type Outbox = ReturnType<typeof createOutbox>;
export type ShowToast = typeof showToast;

/** What `createState` (parts/state.mjs) holds. */
export interface State<Values = PageValues> {
  get: () => Values;
  set: (patch: Partial<Values>) => void;
  subscribe: (keys: (keyof Values & string)[], run: (value: Values, changed: Set<string>) => void) => () => void;
}

/** Of the browser's storage or of what stands for it (shell/storing.mjs). */
export interface Storing {
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => unknown;
  removeItem: (key: string) => unknown;
}

/** A run, as the server tells it. */
export interface Run {
  run_id: string;
  number: number;
  kind: "pretrain" | "fine_tune";
  state: "queued" | "running" | "stopping" | "finished" | "stopped" | "failed" | "quarantined";
  num_epochs: number;
  last_epoch: number;
  last_n: number;
  on_line: boolean;
  line_place: number | null;
  seq: number;
  author: string;
  is_mine: boolean;
  config: Config;
  position: number;
  wait: string;
  is_late: boolean;
  error: string | null;
  has_receipt: boolean;
  metrics: Record<string, number | null>;
  started_at: string | null;
  ended_at: string | null;
  epoch_s: number | null;
  time_left_s: number | null;
}

/** Knobs by name. */
export type Config = Record<string, number | string | boolean | null>;

/** A class of a project, as the server tells it. */
export interface ClassInfo {
  class_index: number;
  name: string;
  color: number;
  merged_into: number | null;
  num_named: number;
}

/** Who is signed in here. */
export interface Session {
  name: string;
  author_id: string;
  role: string;
  is_person: boolean;
  signs_out: boolean;
}

export interface Undoable {
  seq: number;
  verb: string;
  text: string;
  run_id: string | null;
}

/** Answer of `/api/projects/{p}/state`. */
export interface ServerState {
  digest: string;
  seq: number;
  project: { project_id: string; name: string; dataset_id: string; num_samples: number; latent_dim: 2 | 3; preset: string; archived: boolean };
  classes: ClassInfo[];
  num_named: number;
  num_unsure: number;
  num_pins: number;
  class_places: { class_index: number; place: number[]; seq: number }[];
  overridden: { seq: number; by: string; count: number }[];
  head: Head | null;
  runs: Run[];
  gestures: { seq: number; verb: string; class_index: number | null; count: number; author: string; is_mine: boolean; after_run: string | null }[];
  undo: Undoable | null;
  redo: Undoable | null;
  worker: { state: string; device: string | null; message?: string };
  session: Session;
}

/** The newest snapshot of a project. */
export interface Head {
  run_id: string;
  epoch: number;
  n: number;
  attempt: number;
}

/** A frame as the server lists it. */
export interface ListedFrame {
  n: number;
  attempt: number;
  epoch: number;
  is_snapshot: boolean;
  has_field: boolean;
  metrics: Record<string, number | null>;
}

/** The address of a frame, of which no two are the same. */
export interface FrameAt {
  runId: string;
  attempt: number;
  n: number;
}

/** A frame in its place on the line; pos in epochs. */
export type LaidFrame = ListedFrame & FrameAt & { pos: number };

/** A run's stretch of the line; start and span in epochs. */
export interface Block {
  run: Run;
  start: number;
  span: number;
}

/** A map that is shown: places interleaved, and which snapshot it is of. */
export interface Shown {
  embedding: Float32Array;
  latentDim: 2 | 3;
  runId: string;
  n: number;
  epoch: number;
  part?: number;
}

/** A snapshot that counts: where the points are, and what the network says of each. */
export interface Snapshot {
  embedding: Float32Array;
  prediction: Int16Array;
  confidence: Uint8Array;
  uncertainty: Uint8Array;
  runId: string;
  n: number;
  epoch: number;
}

export interface Playback {
  mode: "live" | "paused" | "replay";
  speed: number;
  pos: number;
  runId: string | null;
  epoch: number;
}

/** Which samples, ascending; the outline they were caught by and the map it was drawn on, null where there is none. */
export interface Selection {
  ids: Uint32Array;
  region: Region | null;
  snapshot: { runId: string; n: number; part?: number } | null;
}

/** A gesture whose answer has not come, or was not folded in yet. */
export interface Pending {
  key: string;
  verb: string;
  ids: Uint32Array;
  seq: number | null;
  classIndex?: number;
  madeBy?: string;
  newClass?: { name: string; color?: number };
  targets?: Float32Array;
  place?: number[];
  withClasses?: boolean;
}

/** A class as a page knows it: with a key while its index is only a guess (teaching/gestures.mjs). */
export type KnownClass = ClassInfo & { key?: string };

/** Of each sample a color (RGBA) and a mark (map/marks.mjs). */
export interface Look {
  color: Uint8Array;
  mark: Uint8Array;
}

/** What the points of a map wear, and what the network says of them. */
export interface Worn {
  look: Look | null;
  mark: Uint8Array | null;
  classOf: Int16Array | null;
  slotOf: number[];
  counts: Map<number, number> | null;
  prediction: Int16Array | null;
  opinion: Opinion | null;
}

/** What the network said of each sample at a snapshot. */
export type Opinion = Pick<Snapshot, "prediction" | "confidence" | "uncertainty"> & Partial<Snapshot>;

/** Answer of `/api/datasets/{d}`. */
export interface Dataset {
  dataset_id: string;
  name: string;
  kind: string;
  num_samples: number;
  class_names: string[];
  sheet: Sheet;
  [more: string]: unknown;
}

/** How thumbnails lie on a sheet. */
export interface Sheet {
  tile: number;
  columns: number;
  per_sheet: number;
  num_sheets: number;
  ink: boolean;
}

/** What the Map page and the Review page know, each those that it begins with (`initialState`). */
export interface PageValues extends Worn {
  projectId: string | null;
  latentDim: 2 | 3;
  server: ServerState | null;
  session: Session | null;
  dataset: Dataset | null;
  label: Int16Array | null;
  heldOut: Uint8Array | null;
  annotation: Int16Array | null;
  annotationSeq: number;
  serverPins: Pins;
  pins: Pins;
  classPlaces: ClassPlace[];
  names: Name[];
  pending: Pending[];
  classes: KnownClass[];
  named: Int16Array | null;
  shown: Shown | null;
  editLook: Worn | null;
  trust: Uint8Array | null;
  base: (Shown & Partial<Snapshot>) | null;
  held: string | null;
  peek: (Shown & Partial<Snapshot>) | null;
  edit: Shown | null;
  picture: Shown | null;
  pane: "edit" | "result";
  paneAutomatic: "edit" | "result";
  isSplit: boolean;
  moving: number;
  isForceOn: boolean;
  playback: Playback;
  selection: Selection;
  colorMode: string;
  hidden: Set<number>;
  tool: string;
  auto: boolean;
  hoverId: number | null;
  hoverAt: Place | null;
  hoverFrom: "map" | "gallery" | null;
  isHoverAside: boolean;
  view: View | null;
  outside: number;
  isForming: boolean;
  isCardLost: boolean;
  connection: "ok" | "lost";
  waiting: number;
  stopping: string[];
  isAsking: boolean;
  indexed: number;
  themeCount: number;
  latest: ServerState | null;
  history: ProjectHistory | null;
  chosen: number | null;
  journalSeq: number | null;
  sample: number | null;
  ring: number;
  tab: string;
  comments: Comment[] | null;
  bookmarks: Bookmark[] | null;
  heard: Record<string, unknown>;
  thread: string | null;
  details: { id: number; told: Record<string, any> } | null;
  stirred: number;
}

/** How a map is seen: the range of its axes and where its frame lies. */
export interface View {
  range: Range;
  box: Box;
}

/** Answer of `/api/projects/{p}/history`. */
export interface ToldHistory {
  seq: number;
  here: number;
  lines: [number, string][];
  steps: (Omit<Step, "line"> & { line: number })[];
}

/** The same, each step with the runs of its line (review/lines.mjs). */
export interface ProjectHistory {
  seq: number;
  here: number;
  steps: Step[];
}

/** A step of the tree that a project's journal is. */
export interface Step {
  step_id: number;
  kind: "start" | "gestures" | "run";
  parent_id: number | null;
  seq: number;
  author: string;
  is_mine: boolean;
  at: number | null;
  branch: string;
  name: string;
  num_named: number;
  num_events: number;
  counts: Record<string, number>;
  text: string;
  line: string[];
  head: Head | null;
  run: StepRun | null;
}

/** A run as a step of the history has it; at in seconds since 1970. */
export interface StepRun extends Pick<Run, "run_id" | "number" | "kind" | "state" | "last_epoch" | "author"> {
  at: number;
}

/** A comment, or an answer to one. */
export interface Comment {
  comment_id: string;
  kind: "point" | "selection" | "region" | "run";
  text: string;
  [more: string]: any;
}

/** A view that was kept under a name. */
export interface Bookmark {
  bookmark_id: string;
  name: string;
  is_mine: boolean;
  may_delete: boolean;
  [more: string]: any;
}

/** The windows of the Map page. */
export type Windows = ReturnType<typeof createWindows>;

/** How a map stands: the range of its axes flat, home where it is told; angles and lens in space. */
export interface Stance {
  x?: [number, number];
  y?: [number, number];
  home?: { x: [number, number]; y: [number, number] };
  angles?: { yaw: number; pitch: number };
  lens?: Lens;
}

/** Somebody on a page of a project's room. */
export interface Person {
  id: string;
  person: string;
  name: string;
  color: number;
  follows?: boolean;
  asks?: boolean;
  gone?: boolean;
}

/** The live connection to a project's room (presenting/room.mjs). */
export type Room = ReturnType<typeof createRoom>;
export type RoomListeners = Omit<Parameters<typeof createRoom>[0], "projectId">;

/** A window of a page with its map. */
export interface Pane {
  pane: HTMLElement;
  map: LodeMap;
}

/** Answer to a gesture. */
export interface Ack {
  seq: number;
  message: string;
  class_index?: number;
  remarks?: string[];
}

/** One of the knobs of a preset (teaching/knobs.mjs). */
export interface KnobRow {
  knob: { name: string };
  value: () => number;
  write: (value: number) => void;
  problem: () => string;
}

/** An epoch of a run, as the server lists it. */
export interface Epoch {
  epoch: number;
  attempt: number;
  n: number;
  metrics: Record<string, number | null>;
}

/** A run with its epochs, oldest first. */
export interface Curve {
  run: Run;
  epochs: Epoch[];
}

/** A knob of a preset, as components/knobs.py writes it. */
export interface Knob {
  name: string;
  label: string;
  sentence: string;
  default: number;
  low: number;
  high: number;
  scale: string;
  is_integer: boolean;
  is_shown: boolean;
}

/** Answer of a comparison of two snapshots. */
export interface Comparison {
  accuracy_before: number | null;
  accuracy_after: number | null;
  num_to_right: number;
  num_to_wrong: number;
  to_right: number[];
  to_wrong: number[];
  [more: string]: any;
}

/** A frame, decoded: where the points are, and of a snapshot what the network says of each. */
export type Decoded = ReturnType<typeof decodeFrame>;

/** An import, as the server tells it, with what this browser knows of its file. */
export interface Import {
  import_id: string;
  name: string;
  size: number;
  received: number;
  state: "receiving" | "reading" | "ready" | "keeping" | "kept" | "failed" | "cancelled";
  progress?: { words: string; [more: string]: any };
  outline?: { kind: string; [more: string]: any };
  summary?: { num_samples: number; [more: string]: any };
  options?: Record<string, any>;
  error?: { message: string };
  project_id?: string;
  is_here?: boolean;
  is_fetched?: boolean;
  label?: string;
  imprint?: number[];
  isBefore?: boolean;
}

/** Files that were chosen, as one to send (data/choosing.mjs). */
export interface Source {
  name: string;
  label: string;
  size: number;
  numFiles: number;
  imprint: number[];
  read: (at: number, length: number) => Promise<Uint8Array>;
}

/** What the Data page knows (data/importing.mjs). */
export interface DataValues {
  phase: "choosing" | "walking" | "sending" | "reading" | "ready" | "keeping" | "failed";
  source: Source | null;
  walked: number;
  sending: { sent: number; size: number } | null;
  imported: Import | null;
  samples: { label: Int16Array; flags: Uint8Array } | null;
  problem: string;
  wanted: Record<string, any> | null;
  before: Record<string, any> | null;
  isLost: boolean;
  isNew: boolean;
  kind: string;
}

/** What is taken away from a project: a film or a page that replays it, as the server tells it. */
export interface Takeaway {
  takeaway_id: string;
  name?: string;
  state: string;
  done?: number;
}

/** What came on screen: a frame, where it is on the line (part: of the way to the next), and what the network said there. */
export interface Picture {
  frame: Decoded;
  at: LaidFrame & { part?: number };
  opinion: Opinion | null;
}

/** Where to look next, as the server tells it: one sample, or a group of them. */
export interface Lead {
  kind: string;
  sample?: number;
  [more: string]: any;
}

/** What lives where on a map, decoded. */
export type Atlas = ReturnType<typeof decodeAtlas>;

/** `lodemapBridge` (bridge.js): what Dash calls by name. */
export interface Bridge {
  provide: (functions: Record<string, Function>) => void;
}
