/** Autosave in the browser (IndexedDB): works by id, the drawings' bytes apart by their hash. */

const NAME = "nurie";
const OPEN = "nurie.opened";

let opening = null;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("works", { keyPath: "id" });
      request.result.createObjectStore("bytes");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function transact(stores, mode, work) {
  const transaction = (await database()).transaction(stores, mode, { durability: "relaxed" });
  const result = work(...stores.map((name) => transaction.objectStore(name)));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const store = {
  /** Keep a work; its drawing is written only once. */
  async put(record, thumb) {
    const { bytes, ...rest } = record;
    await transact(["works", "bytes"], "readwrite", (works, drawings) => {
      const known = drawings.count(record.drawing.id);
      known.onsuccess = () => known.result || drawings.put(bytes, record.drawing.id);
      works.put({ ...rest, thumb });
    });
  },

  /** A work with its drawing's bytes, or null. */
  async get(id) {
    const record = await transact(["works"], "readonly", (works) => works.get(id));
    if (!record) return null;
    const bytes = await transact(["bytes"], "readonly", (drawings) => drawings.get(record.drawing.id));
    return bytes ? { ...record, bytes } : null;
  },

  /** All works without bytes, the latest first. */
  async list() {
    const all = (await transact(["works"], "readonly", (works) => works.getAll())) ?? [];
    return all.sort((one, two) => two.savedAt - one.savedAt);
  },

  /** Forget a work, and its drawing when no other work has it. */
  async remove(id) {
    const all = await this.list();
    const gone = all.find((record) => record.id === id);
    const shared = all.some((record) => record.id !== id && record.drawing.id === gone?.drawing.id);
    await transact(["works", "bytes"], "readwrite", (works, drawings) => {
      works.delete(id);
      if (gone && !shared) drawings.delete(gone.drawing.id);
    });
  },
};

const left = () => JSON.parse(localStorage.getItem(OPEN) ?? "[]");
const keepLeft = (ids) => localStorage.setItem(OPEN, JSON.stringify([...new Set(ids)].slice(0, 8)));

/** Works that were open when the page went away: this tab's own first, then those of others, the latest first. */
export const lastOpen = {
  /** None where a person went back to the start page. */
  all() {
    const own = sessionStorage.getItem(OPEN);
    return own === "" ? [] : [...new Set([...(own ? [own] : []), ...left()])];
  },
  set(id) {
    sessionStorage.setItem(OPEN, id);
    keepLeft([id, ...left()]);
  },
  clear(id) {
    sessionStorage.setItem(OPEN, "");
    keepLeft(left().filter((other) => other !== id));
  },
};

/** Whether another tab has a work open, and saying that this one has. */
export const tabs = {
  async hold(id) {
    const found = await navigator.locks?.query();
    return found?.held.some((lock) => lock.name === `nurie ${id}`) ?? false;
  },

  /** Hold a work until the function that is given back is called, or the tab is gone. */
  take(id) {
    let release = () => {};
    const held = new Promise((done) => (release = done));
    navigator.locks?.request(`nurie ${id}`, { ifAvailable: true }, () => held);
    return release;
  },
};

/** How long after the last change its small picture is made, in milliseconds. */
const PICTURE_AFTER = 700;

/** Writes the newest state as soon as the one before is written, and says when all is kept. */
export class Autosave {
  /** @param {(kept: boolean, problem?: string) => void} tell */
  constructor(tell) {
    this.tell = tell;
    this.busy = false;
    this.again = null;
    this.thumbs = new Map();
  }

  /** @param {() => object} record @param {() => Promise<Blob|null>} thumb made when there is time */
  save(record, thumb) {
    clearTimeout(this.later);
    this.later = setTimeout(async () => {
      this.thumbs.set(record().id, await thumb());
      this.#write(record);
    }, PICTURE_AFTER);
    return this.#write(record);
  }

  async #write(record) {
    this.tell(false);
    if (this.busy) return void (this.again = record);
    this.busy = true;
    try {
      const now = record();
      const thumb = this.thumbs.get(now.id) ?? (await store.get(now.id))?.thumb ?? null;
      await store.put(now, thumb);
      if (!this.again) this.tell(true);
    } catch {
      this.tell(false, "The browser cannot keep a copy of your work; save a project file now and then.");
    }
    this.busy = false;
    const next = this.again;
    this.again = null;
    if (next) await this.#write(next);
  }
}
