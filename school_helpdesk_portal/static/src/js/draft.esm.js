// Keeps what somebody has typed into a form, with its photos, on the phone until it is
// sent: a reload, a lost signal or an ended session loses nothing. The form's key is
// kept as well, so that a report whose answer got lost is not made twice.
// Words go to the local storage, which has them before the next tap; photos are too
// large for it and go to the browser's database, which takes a moment.

const DATABASE = "helpdesk";
const STORE = "drafts";
/** What the names of kept words start with in the local storage. */
const WORDS = "helpdesk draft ";
/** Milliseconds; a classroom's tablet does not keep drafts that nobody comes back for. */
const KEPT = 3 * 24 * 60 * 60 * 1000;
/** The field that tells a report sent twice from two reports. Other hidden fields belong
 * to the page and are not kept. */
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

/** Do something with the kept drafts; resolves to its result once it is on the disk. */
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
        if (name.startsWith(WORDS) && isOld(JSON.parse(localStorage[name]))) {
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
            // If the option no longer exists, the page's own choice stays
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

/** Whether somebody has changed a field before this script was loaded. */
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

/** Do what the browser may refuse: it has no space left, or keeps nothing at all. */
function attempt(work) {
    try {
        return work();
    } catch {
        return undefined;
    }
}

/**
 * Keeps a form by the names of its fields. `data-draft-owner` of the form says who
 * fills it in, for the next person on the same phone; `data-draft-answered`, that the
 * server has sent it back with what was typed in it. Photos are a PhotoList, or none.
 */
export class Draft {
    constructor(form, photos = null) {
        this.form = form;
        this.photos = photos;
        const owner = form.dataset.draftOwner || "";
        this.name = `${owner} ${new URL(form.action).pathname}`;
        // One write after the other, and none before what is kept has been read
        this.queue = Promise.resolve();
    }

    /** Put back what is kept, words at once, and from now on keep what is typed. */
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
        attempt(() => localStorage.setItem(WORDS + this.name, JSON.stringify(value)));
    }

    savePhotos() {
        return this.enqueue(async () => {
            const value = {date: Date.now(), content: await this.getPhotos()};
            await withStore("readwrite", (store) => store.put(value, this.name));
        });
    }

    /** Resolves when all of it is kept. */
    save() {
        this.saveWords();
        return this.queue;
    }

    clear() {
        attempt(() => localStorage.removeItem(WORDS + this.name));
        return this.enqueue(() =>
            withStore("readwrite", (store) => store.delete(this.name))
        );
    }

    enqueue(work) {
        // No space or no right to keep anything: the page itself still has it
        this.queue = this.queue.then(work).catch(() => undefined);
        return this.queue;
    }

    restoreWords() {
        forgetOldWords();
        const hasNewer = [...this.form.elements].some(isChanged);
        const kept = localStorage.getItem(WORDS + this.name);
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

    /** Whether the page itself says more than what is kept. */
    isNewer(element) {
        if ("draftAnswered" in this.form.dataset) {
            return true;
        }
        // Chosen by the link that led here
        return (
            ["radio", "checkbox"].includes(element.type) &&
            [...this.form.elements].some(
                (other) => other.name === element.name && other.defaultChecked
            )
        );
    }

    /** As bytes: not every browser keeps files as they are. */
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
