/** The HTTP functions of the server. It keeps no session: what it forgot is sent again. */

/** One sentence from the server, or about reaching it. */
export class Trouble extends Error {
  constructor(message, { status = 0, gone = false } = {}) {
    super(message);
    this.status = status;
    this.gone = gone;
  }
}

/** The token of a server that is bound elsewhere than to this computer: once in the address, then in this tab. */
export function readToken() {
  const found = /^#token=(.+)$/.exec(location.hash);
  if (!found) return;
  sessionStorage.setItem("nurie.token", found[1]);
  history.replaceState(null, "", location.pathname);
}

/** How often a server that was lost is looked for, in milliseconds. */
const LOOK_EVERY = 1500;

/** Says "back" once a server answers again that did not. */
export const reach = new EventTarget();
let looking = null;

function lookForIt() {
  looking ??= setInterval(async () => {
    if (!(await fetch("api/health").catch(() => null))) return;
    clearInterval(looking);
    looking = null;
    reach.dispatchEvent(new Event("back"));
  }, LOOK_EVERY);
}

async function call(path, options = {}) {
  const token = sessionStorage.getItem("nurie.token");
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    lookForIt();
    throw new Trouble("nurie does not answer; your work is kept here, start nurie studio again.");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  const sentence = said.error ?? `The server answered ${answer.status}; your work is kept here.`;
  throw new Trouble(sentence, { status: answer.status, gone: Boolean(said.gone) });
}

const getJson = async (path, options) => (await call(path, options)).json();

function postJson(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

const named = (name) => ({ "Content-Type": "application/octet-stream", "X-Filename": encodeURIComponent(name) });

const place = (id, key) => `api/drawings/${id}/regions/${encodeURIComponent(key)}`;

export const server = {
  limits: () => getJson("api/limits").catch(() => ({})),

  /** `folder` and `files` of `nurie studio DIR`; no files without it. */
  files: async () => ({ files: [], ...(await getJson("api/files").catch(() => ({}))) }),

  saveFile: async (body, signal) => (await (await postJson("api/files", body, signal)).json()).saved,

  file: async (name) => (await call(`api/files/${encodeURIComponent(name)}`)).blob(),

  /** `prepare`: how its lines are found, by the names of the command line's options; only what is not usual. */
  upload(bytes, name, prepare = {}) {
    return getJson(`api/drawings?${new URLSearchParams(prepare)}`, { method: "POST", headers: named(name), body: bytes });
  },

  regions: async (id, shape, signal) => (await postJson(`api/drawings/${id}/regions`, shape, signal)).json(),

  labels: async (id, key, signal) => (await call(`${place(id, key)}/labels`, { signal })).arrayBuffer(),

  line: async (id, signal) => (await call(`api/drawings/${id}/line.png`, { signal })).blob(),

  shade: async (id, key, body, signal) => (await postJson(`${place(id, key)}/shade.png`, body, signal)).blob(),

  colors: async (id, key, body, signal) => (await (await postJson(`${place(id, key)}/colors`, body, signal)).json()).answers,

  like: (bytes, name) => getJson("api/like", { method: "POST", headers: named(name), body: bytes }),

  palette: (bytes, name) => getJson("api/palette", { method: "POST", headers: named(name), body: bytes }),

  reference: async (bytes, name) => (await getJson("api/references", { method: "POST", headers: named(name), body: bytes })).id,

  film: async (drawings) => (await (await postJson("api/films", { drawings })).json()).film,

  filmProgress: (film) => getJson(`api/films/${film}`),

  filmColors: async (film, body) => (await postJson(`api/films/${film}/colors`, body)).json(),

  filmFrame: (film, frame) => getJson(`api/films/${film}/frames/${frame}`),

  filmThumb: async (film, frame) => (await call(`api/films/${film}/frames/${frame}/thumb`)).arrayBuffer(),

  filmExport: async (film, body) => (await postJson(`api/films/${film}/export`, body)).blob(),

  /** What guides colours: "gray", "design" and "histogram" as the command line has them, "key" a coloured frame. */
  guide: async (kind, bytes, name) => (await getJson(`api/guides/${kind}`, { method: "POST", headers: named(name), body: bytes })).id,

  export: async (body, signal) => (await postJson("api/export", body, signal)).blob(),
};
