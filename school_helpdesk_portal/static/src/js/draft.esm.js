// What somebody has typed into a form, with its photos, kept on his phone until it is
// sent: a reload, a lost signal or an ended session take nothing away. The form's key
// is kept as well, so that a report whose answer got lost is not made twice.

const DATABASE = "helpdesk";
const STORE = "drafts";
/** Milliseconds; a classroom's tablet does not keep what nobody comes back for. */
const KEPT = 3 * 24 * 60 * 60 * 1000;
/** What tells a report sent twice from two; other hidden fields are the page's own. */
const KEY = "key";

function open() {
    return new Promise((done, failed) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
    });
}

/** Do something with the kept drafts; what it asked for, once it is on the disk. */
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

function forgetOld(store) {
    const request = store.openCursor();
    request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) {
            if (cursor.value.date < Date.now() - KEPT) {
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
            // An option that is gone leaves the page's own choice
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
        this.touched = false;
        // One write after the other, and none before what is kept has been read
        this.queue = Promise.resolve();
    }

    /** Put back what is kept, and keep from now on what is typed. */
    start() {
        this.form.addEventListener("input", (event) => {
            this.touched = true;
            const isPhotos = this.photos && event.target === this.photos.list;
            this.save(isPhotos ? "photos" : "fields");
        });
        return this.enqueue(() => this.restore());
    }

    /** All of it is kept once this has ended. */
    save(part = "fields") {
        return this.enqueue(async () => {
            const value = {
                date: Date.now(),
                content: await (part === "photos"
                    ? this.getPhotos()
                    : this.getFields()),
            };
            await withStore("readwrite", (store) =>
                store.put(value, [this.name, part])
            );
        });
    }

    clear() {
        return this.enqueue(() =>
            withStore("readwrite", (store) => {
                store.delete([this.name, "fields"]);
                return store.delete([this.name, "photos"]);
            })
        );
    }

    enqueue(work) {
        // No room or no right to keep anything: the page itself still has it
        this.queue = this.queue.then(work).catch(() => undefined);
        return this.queue;
    }

    async restore() {
        await withStore("readwrite", forgetOld);
        const [fields, photos] = await Promise.all(
            ["fields", "photos"].map((part) =>
                withStore("readonly", (store) => store.get([this.name, part]))
            )
        );
        if (fields) {
            this.setFields(fields.content);
        }
        if (photos && this.photos) {
            for (const {name, type, content} of photos.content) {
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
        for (const element of this.form.elements) {
            const values = kept(element.name);
            if (element.name === KEY && values.length) {
                element.value = values[0];
            } else if (!this.isNewer(element)) {
                setValues(element, values);
            }
        }
    }

    /** Whether what the page has is newer than what is kept. */
    isNewer(element) {
        if (this.touched || "draftAnswered" in this.form.dataset) {
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
