import {beforeEach, describe, test} from "node:test";
import {fire, make, openPage} from "../../../tests/tools/page.mjs";
import assert from "node:assert/strict";

const {PhotoList} = await import("../src/js/photo_list.esm.js");

const KB = 1024;

const revoked = [];
let drawn = null;

/** The simulated browser: the size of a picture, and the bytes of the smaller one. */
function letBrowserScale({width, height, bytes}) {
    window.createImageBitmap = () => {};
    globalThis.createImageBitmap = async (file) => {
        if (!file.type.startsWith("image/")) {
            throw new Error("The source image could not be decoded.");
        }
        return {width, height};
    };
    const {createElement} = document;
    document.createElement = (tag) =>
        tag === "canvas"
            ? {
                  getContext: () => ({
                      drawImage(_picture, _x, _y, ...size) {
                          drawn = size;
                      },
                  }),
                  toBlob: (done, type) =>
                      done(bytes && new Blob(["x".repeat(bytes)], {type})),
              }
            : createElement(tag);
}

function makeFile(name, bytes, type = "image/jpeg") {
    return new File(["x".repeat(bytes)], name, {type});
}

function makePhotos() {
    const input = make("input", {type: "file"});
    const list = make("ul");
    document.body.append(input, list);
    const photos = new PhotoList(input, list, "Remove");
    const take = async (...files) => {
        Object.assign(input, {files, value: "C:\\fakepath"});
        fire(input, "change");
        await photos.taken;
        return photos.files.map(({name}) => name);
    };
    return {input, list, photos, take};
}

beforeEach(() => {
    openPage();
    drawn = null;
    delete globalThis.createImageBitmap;
    URL.createObjectURL = (file) => `blob:${file.name}`;
    URL.revokeObjectURL = (url) => {
        revoked.push(url);
    };
    revoked.length = 0;
});

describe("the list", () => {
    test("collects photos in their order", async () => {
        const {input, list, take} = makePhotos();
        assert.deepEqual(await take(makeFile("a.jpg", 9)), ["a.jpg"]);
        // The same photo can be chosen again
        assert.equal(input.value, "");
        const names = await take(makeFile("b.jpg", 9), makeFile("c.jpg", 9));
        assert.deepEqual(names, ["a.jpg", "b.jpg", "c.jpg"]);
        assert.deepEqual(
            list.querySelectorAll("img").map(({alt}) => alt),
            ["a.jpg", "b.jpg", "c.jpg"]
        );
    });

    test("keeps the order when the first photo takes longest", async () => {
        letBrowserScale({width: 10, height: 10, bytes: 5});
        let finish = null;
        globalThis.createImageBitmap = () =>
            new Promise((done) => {
                finish = () => done({width: 10, height: 10});
            });
        const {photos, take} = makePhotos();
        const slow = take(makeFile("slow.jpg", 400 * KB));
        const quick = take(makeFile("quick.jpg", 9));
        await new Promise(setImmediate);
        finish();
        await Promise.all([slow, quick]);
        assert.deepEqual(
            photos.files.map(({name}) => name),
            ["slow.jpg", "quick.jpg"]
        );
    });

    test("shows the name of a file that is not a photo", async () => {
        const {list, take} = makePhotos();
        await take(makeFile("log.txt", 9, "text/plain"));
        assert.equal(list.querySelector("img"), null);
        assert.equal(list.querySelector("span").textContent, "log.txt");
    });

    test("has a labelled button for each photo, which removes it", async () => {
        const {input, list, photos, take} = makePhotos();
        await take(makeFile("a.jpg", 9), makeFile("b.jpg", 9));
        const [button] = list.querySelectorAll("button");
        assert.equal(button.type, "button");
        assert.equal(button.getAttribute("aria-label"), "Remove: a.jpg");
        fire(button, "click");
        assert.deepEqual(
            photos.files.map(({name}) => name),
            ["b.jpg"]
        );
        assert.equal(list.children.length, 1);
        assert.equal(document.activeElement, input);
        assert.deepEqual(revoked, ["blob:a.jpg"]);
    });

    test("sends an event for each change", async () => {
        const {list, take} = makePhotos();
        let changes = 0;
        document.body.addEventListener("input", () => changes++);
        await take(makeFile("a.jpg", 9), makeFile("b.jpg", 9));
        assert.equal(changes, 2);
        fire(list.querySelector("button"), "click");
        assert.equal(changes, 3);
    });
});

describe("a photo is made smaller", () => {
    const takeOne = async (file) => {
        const {photos, take} = makePhotos();
        await take(file);
        return photos.files[0];
    };

    for (const [width, height, size] of [
        [4000, 3000, [1600, 1200]],
        [3000, 4000, [1200, 1600]],
        [800, 600, [800, 600]],
    ]) {
        test(`from ${width} x ${height} to ${size.join(" x ")}`, async () => {
            letBrowserScale({width, height, bytes: 100 * KB});
            const file = await takeOne(makeFile("IMG_1.HEIC", 400 * KB, "image/heic"));
            assert.deepEqual(drawn, size);
            assert.deepEqual(
                [file.name, file.type, file.size],
                ["IMG_1.jpg", "image/jpeg", 100 * KB]
            );
        });
    }

    for (const [what, size, type, result] of [
        ["is small enough", 300 * KB, "image/jpeg", {bytes: 9}],
        ["would become larger", 400 * KB, "image/jpeg", {bytes: 401 * KB}],
        ["cannot be written", 400 * KB, "image/jpeg", {bytes: 0}],
        ["is none", 400 * KB, "application/pdf", {bytes: 9}],
    ]) {
        test(`but not if it ${what}`, async () => {
            letBrowserScale({width: 4000, height: 3000, ...result});
            const original = makeFile("a", size, type);
            assert.equal(await takeOne(original), original);
        });
    }

    test("but not in a browser that cannot do it", async () => {
        const original = makeFile("a.jpg", 400 * KB);
        assert.equal(await takeOne(original), original);
    });
});
