// Stores a form's texts and photos on the phone until the form is sent. So nothing is lost
// if the page is reloaded, the connection is lost or the session ends. The idempotency key
// is stored too, so that a form whose response was lost does not create a second ticket.
// Texts are in the local storage, which stores them at once. Photos are too large for it
// and are in the browser's database (IndexedDB), which is asynchronous.

const DATABASE = "helpdesk";
const STORE = "drafts";
/** The prefix of the keys in the local storage. */
const PREFIX = "helpdesk draft ";
/** How long drafts are kept, in milliseconds. */
const KEPT = 3 * 24 * 60 * 60 * 1000;
/** The field with the idempotency key. Other hidden fields belong to the page and are not
 * stored. */
const KEY = "key";

const isOld = ({date}) => date < Date.now() - KEPT;

function open() {
    return new Promise((done, failed) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
    });
}

/** Run a request on the stored drafts. Resolves to the result, after the commit. */
async function withStore(mode, work) {
    const database = await open();
    try {
        return await new Promise((done, failed) => {
            const transaction = database.transaction(STORE, mode);
            const request = work(transaction.objectStore(STORE));
            transaction.oncomplete = () => done(request.result);
            transaction.onabort = () => failed(transaction.error);
        });
    } finally {
        database.close();
    }
}

function forgetOldWords() {
    for (const name of Object.keys(localStorage)) {
        if (name.startsWith(PREFIX) && isOld(JSON.parse(localStorage[name]))) {
            localStorage.removeItem(name);
        }
    }
}

function forgetOldPhotos(store) {
    const request = store.openCursor();
    request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) {
            if (isOld(cursor.value)) {
                cursor.delete();
            }
            cursor.continue();
        }
    };
    return request;
}

function setValues(element, values) {
    switch (element.type) {
        case "radio":
        case "checkbox":
            element.checked = values.includes(element.value);
            break;
        case "select-one":
        case "select-multiple":
            // If the stored option no longer exists, do not change the selection
            if ([...element.options].some(({value}) => values.includes(value))) {
                for (const option of element.options) {
                    option.selected = values.includes(option.value);
                }
            }
            break;
        case "file":
        case "hidden":
            break;
        default:
            element.value = values[0] ?? element.value;
    }
}

/** Whether the user changed a field before this script was loaded. */
function isChanged(element) {
    switch (element.type) {
        case "radio":
        case "checkbox":
            return element.checked !== element.defaultChecked;
        case "select-one":
        case "select-multiple": {
            const options = [...element.options];
            const chosen = options.filter(({defaultSelected}) => defaultSelected);
            const first = element.multiple ? [] : options.slice(0, 1);
            const page = new Set(chosen.length ? chosen : first);
            return options.some((option) => option.selected !== page.has(option));
        }
        case "file":
        case "hidden":
            return false;
        default:
            return element.value !== (element.defaultValue ?? element.value);
    }
}

/** Run a function and ignore errors: the storage can be full or switched off. */
function attempt(work) {
    try {
        return work();
    } catch {
        return undefined;
    }
}

/**
 * The draft of a form: the values of its fields by their names. Attributes of the form:
 * `data-draft-owner` is the id of the user, so that another user of the same phone does
 * not get the draft; `data-draft-answered` means that the form was refused and contains
 * the values that were sent. `photos` is a PhotoList or null.
 */
export class Draft {
    constructor(form, photos = null) {
        this.form = form;
        this.photos = photos;
        const owner = form.dataset.draftOwner || "";
        this.name = `${owner} ${new URL(form.action).pathname}`;
        // Writes run one after another, and only after the stored draft has been read
        this.queue = Promise.resolve();
    }

    /** Restore the draft, then store changes. Resolves when the photos are restored. */
    start() {
        attempt(() => this.restoreWords());
        this.form.addEventListener("input", (event) => {
            if (this.photos && event.target === this.photos.list) {
                this.savePhotos();
            } else {
                this.saveWords();
            }
        });
        return this.enqueue(() => this.restorePhotos());
    }

    saveWords() {
        const value = {date: Date.now(), content: this.getFields()};
        attempt(() => localStorage.setItem(PREFIX + this.name, JSON.stringify(value)));
    }

    savePhotos() {
        return this.enqueue(async () => {
            const value = {date: Date.now(), content: await this.getPhotos()};
            await withStore("readwrite", (store) => store.put(value, this.name));
        });
    }

    /** Store the draft. Resolves when the photos are stored too. */
    save() {
        this.saveWords();
        return this.queue;
    }

    clear() {
        attempt(() => localStorage.removeItem(PREFIX + this.name));
        return this.enqueue(() =>
            withStore("readwrite", (store) => store.delete(this.name))
        );
    }

    enqueue(work) {
        // If the storage is full or switched off, the page itself still has the photos
        this.queue = this.queue.then(work).catch(() => undefined);
        return this.queue;
    }

    restoreWords() {
        forgetOldWords();
        const hasNewer = [...this.form.elements].some(isChanged);
        const kept = localStorage.getItem(PREFIX + this.name);
        if (kept) {
            this.setFields(JSON.parse(kept).content);
        }
        if (hasNewer) {
            this.saveWords();
        }
    }

    async restorePhotos() {
        await withStore("readwrite", forgetOldPhotos);
        const kept = await withStore("readonly", (store) => store.get(this.name));
        if (kept && this.photos) {
            for (const {name, type, content} of kept.content) {
                this.photos.add(new File([content], name, {type}));
            }
        }
    }

    getFields() {
        const {elements} = this.form;
        return [...new FormData(this.form)].filter(
            ([name, value]) =>
                typeof value === "string" &&
                (name === KEY || elements[name].type !== "hidden")
        );
    }

    setFields(fields) {
        const kept = (name) =>
            fields.filter((field) => field[0] === name).map((field) => field[1]);
        const changed = new Set(
            [...this.form.elements].filter(isChanged).map(({name}) => name)
        );
        for (const element of this.form.elements) {
            const values = kept(element.name);
            if (element.name === KEY && values.length) {
                element.value = values[0];
            } else if (!changed.has(element.name) && !this.isNewer(element)) {
                setValues(element, values);
            }
        }
    }

    /** Whether the page has a newer value for a field than the draft. */
    isNewer(element) {
        if ("draftAnswered" in this.form.dataset) {
            return true;
        }
        // The user opened the page with a link that selects an option
        return (
            ["radio", "checkbox"].includes(element.type) &&
            [...this.form.elements].some(
                (other) => other.name === element.name && other.defaultChecked
            )
        );
    }

    /** Return the photos with their bytes, because not every browser can store files. */
    getPhotos() {
        return Promise.all(
            this.photos.files.map(async (file) => ({
                name: file.name,
                type: file.type,
                content: await file.arrayBuffer(),
            }))
        );
    }
}
