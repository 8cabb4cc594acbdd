import {afterEach, beforeEach, describe, test} from "node:test";
import {fire, make, openPage, settle, tick, type} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

const {Draft} = await import("../src/js/draft.esm.js");

const {now} = Date;
const DAY = 24 * 60 * 60 * 1000;

/** A simulation of IndexedDB, as far as drafts need it, with its delays. */
class Database {
    rows = new Map();
    isMissing = false;

    ask(work, transaction) {
        const request = {};
        queueMicrotask(() => {
            request.result = work();
            request.onsuccess?.();
            queueMicrotask(() => transaction?.oncomplete?.());
        });
        return request;
    }

    open() {
        if (this.isMissing) {
            throw new Error("The operation is insecure.");
        }
        return this.ask(() => this);
    }

    close() {}

    transaction() {
        const transaction = {};
        const ask = (work) => this.ask(work, transaction);
        const {rows} = this;
        transaction.objectStore = () => ({
            put: (value, name) => ask(() => rows.set(name, value) && name),
            get: (name) => ask(() => rows.get(name)),
            delete: (name) => ask(() => rows.delete(name) && undefined),
            openCursor: () => this.walk(transaction),
        });
        return transaction;
    }

    walk(transaction) {
        const names = [...this.rows.keys()];
        const request = {};
        const next = () =>
            queueMicrotask(() => {
                const name = names.shift();
                request.result = name && {
                    value: this.rows.get(name),
                    delete: () => this.rows.delete(name),
                    continue: next,
                };
                request.onsuccess();
                if (!name) {
                    queueMicrotask(() => transaction.oncomplete());
                }
            });
        next();
        return request;
    }
}

function makeForm(data = {}, key = "new-key") {
    const option = (value, selected = false) => make("option", {value, selected});
    return make(
        "form",
        {action: "https://it.school.example/helpdesk/report", data},
        make("input", {name: "key", type: "hidden", value: key}),
        make("input", {name: "csrf_token", type: "hidden", value: "token"}),
        make("input", {name: "subject"}),
        make("textarea", {name: "description"}),
        make("input", {name: "type", type: "radio", value: "hardware"}),
        make("input", {name: "type", type: "radio", value: "software"}),
        make("input", {name: "asset", type: "checkbox", value: "1"}),
        make("input", {name: "asset", type: "checkbox", value: "2"}),
        make("select", {name: "category"}, option("", true), option("a"), option("b")),
        make("input", {name: "photo", type: "file"})
    );
}

/** The values of a form as the user sees them. */
const read = (form) =>
    [...new FormData(form)]
        .filter(([name]) => name !== "csrf_token")
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");

function open(form = makeForm(), photos = null) {
    document.body.replaceChildren(form);
    const draft = new Draft(form, photos);
    const restored = draft.start();
    return {form, draft, restored, fields: form.elements};
}

function fillIn(form) {
    const {elements} = form;
    type(elements.subject, "No picture");
    type(elements.description, "It stays dark.");
    tick(form.querySelector("[value=software]"));
    tick(form.querySelector("[value=2]"));
    elements.category.options[0].selected = false;
    elements.category.options[2].selected = true;
    fire(elements.category, "input");
}

const FILLED_IN =
    "subject=No picture description=It stays dark. type=software asset=2 category=b";
const EMPTY = "subject= description= category=";

beforeEach(() => {
    openPage();
    globalThis.indexedDB = new Database();
});
afterEach(() => {
    Date.now = now;
});

describe("texts", () => {
    test("are restored after a reload, with the key", () => {
        fillIn(open(makeForm({}, "first-key")).form);
        const {form} = open();
        assert.equal(read(form), `key=first-key ${FILLED_IN}`);
        assert.equal(form.elements.csrf_token.value, "token");
    });

    test("are deleted when the form has been sent", async () => {
        const {form, draft} = open();
        fillIn(form);
        await draft.clear();
        assert.equal(read(open().form), `key=new-key ${EMPTY}`);
    });

    test("are not shown to another user of the same phone", () => {
        fillIn(open(makeForm({draftOwner: "7"})).form);
        assert.equal(
            read(open(makeForm({draftOwner: "8"})).form),
            `key=new-key ${EMPTY}`
        );
        assert.match(
            read(open(makeForm({draftOwner: "7"})).form),
            /subject=No picture/
        );
    });

    test("belong to one form", () => {
        fillIn(open().form);
        const other = makeForm();
        other.action = "https://it.school.example/my/ticket/5/comment";
        assert.equal(read(open(other).form), `key=new-key ${EMPTY}`);
    });

    test("are deleted after three days", () => {
        fillIn(open().form);
        Date.now = () => now() + 3 * DAY - 1000;
        assert.match(read(open().form), /subject=No picture/);
        Date.now = () => now() + 3 * DAY + 1000;
        assert.equal(read(open().form), `key=new-key ${EMPTY}`);
        assert.deepEqual(Object.keys(localStorage), []);
    });

    test("leave other entries in the local storage unchanged", () => {
        localStorage.setItem("theme", "dark");
        open();
        assert.equal(localStorage.theme, "dark");
    });

    test("that were typed before the script was loaded stay", () => {
        fillIn(open().form);
        const form = makeForm();
        form.elements.subject.value = "No sound";
        open(form);
        assert.match(read(form), /subject=No sound description=It stays dark\./);
        // they are stored too
        assert.match(read(open().form), /subject=No sound/);
    });

    test("do not replace an option that the link has selected", () => {
        fillIn(open().form);
        const form = makeForm();
        const [hardware] = form.querySelectorAll("[name=type]");
        Object.assign(hardware, {checked: true, defaultChecked: true});
        open(form);
        assert.match(read(form), /subject=No picture .* type=hardware /);
    });

    test("do not replace the values of a refused form", () => {
        fillIn(open(makeForm({}, "first-key")).form);
        const form = makeForm({draftAnswered: ""});
        Object.assign(form.elements.subject, {value: "Fixed", defaultValue: "Fixed"});
        open(form);
        assert.equal(read(form), "key=first-key subject=Fixed description= category=");
    });

    test("of an option that no longer exists leave the page's selection", () => {
        fillIn(open().form);
        const form = makeForm();
        form.elements.category.options[2].remove();
        open(form);
        assert.match(read(form), /category=$/);
    });

    test("stay in the page if there is no storage", async () => {
        localStorage.setItem = () => {
            throw new Error("QuotaExceededError");
        };
        localStorage.getItem = localStorage.setItem;
        indexedDB.isMissing = true;
        const {form, draft, restored} = open();
        await restored;
        fillIn(form);
        await draft.save();
        await draft.clear();
        assert.equal(read(form), `key=new-key ${FILLED_IN}`);
    });

    test("that are invalid in the storage do not stop the page", async () => {
        localStorage.setItem("helpdesk draft  /helpdesk/report", "{");
        const {form, restored} = open();
        await restored;
        fillIn(form);
        assert.match(read(open().form), /subject=No picture/);
    });
});

describe("photos", () => {
    /** A simulation of PhotoList. */
    const makePhotos = (form) => {
        const list = make("ul");
        form.append(list);
        return {
            list,
            files: [],
            add(file) {
                this.files.push(file);
            },
        };
    };

    const openWithPhotos = async (data) => {
        const form = makeForm(data);
        const photos = makePhotos(form);
        const opened = open(form, photos);
        await opened.restored;
        return {...opened, photos};
    };

    const take = async ({photos, draft}, name) => {
        photos.add(new File([`photo ${name}`], name, {type: "image/jpeg"}));
        fire(photos.list, "input");
        await draft.save();
    };

    test("are restored unchanged", async () => {
        const page = await openWithPhotos();
        await take(page, "a.jpg");
        await take(page, "b.jpg");
        const {photos} = await openWithPhotos();
        assert.deepEqual(
            await Promise.all(
                photos.files.map(async (file) => [
                    file.name,
                    file.type,
                    await file.text(),
                ])
            ),
            [
                ["a.jpg", "image/jpeg", "photo a.jpg"],
                ["b.jpg", "image/jpeg", "photo b.jpg"],
            ]
        );
    });

    test("are not stored again for each typed letter", async () => {
        const page = await openWithPhotos();
        await take(page, "a.jpg");
        const [before] = indexedDB.rows.values();
        type(page.fields.subject, "No picture");
        await page.draft.save();
        assert.equal([...indexedDB.rows.values()][0], before);
    });

    test("are deleted when the form has been sent", async () => {
        const page = await openWithPhotos();
        await take(page, "a.jpg");
        await page.draft.clear();
        assert.deepEqual((await openWithPhotos()).photos.files, []);
    });

    test("of another user are not shown", async () => {
        await take(await openWithPhotos({draftOwner: "7"}), "a.jpg");
        const {photos} = await openWithPhotos({draftOwner: "8"});
        assert.deepEqual(photos.files, []);
    });

    test("of all users are deleted after three days", async () => {
        await take(await openWithPhotos({draftOwner: "7"}), "a.jpg");
        Date.now = () => now() + 3 * DAY + 1000;
        await openWithPhotos({draftOwner: "8"});
        assert.equal(indexedDB.rows.size, 0);
    });

    test("are stored one after another, after the draft has been read", async () => {
        await take(await openWithPhotos(), "a.jpg");
        const form = makeForm();
        const photos = makePhotos(form);
        const {draft} = open(form, photos);
        photos.add(new File(["photo b"], "b.jpg", {type: "image/jpeg"}));
        fire(photos.list, "input");
        await settle();
        await draft.save();
        const [{content}] = indexedDB.rows.values();
        assert.deepEqual(content.map(({name}) => name).sort(), ["a.jpg", "b.jpg"]);
    });
});
