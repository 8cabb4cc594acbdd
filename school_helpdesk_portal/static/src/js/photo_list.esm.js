// The photos and files of a form: shows them as small pictures with a button to remove
// each one, and makes photos small enough to send.

/** The maximum width and height of a scaled photo, in pixels. */
const LONGEST_SIDE = 1600;
/** Files up to this size are sent unchanged, in bytes. */
const SMALL_ENOUGH = 300 * 1024;

/** Return the photo scaled for sending; unchanged if the browser cannot read it. */
async function scale(file) {
    if (file.size <= SMALL_ENOUGH || !("createImageBitmap" in window)) {
        return file;
    }
    try {
        const picture = await createImageBitmap(file);
        const ratio = Math.min(
            1,
            LONGEST_SIDE / Math.max(picture.width, picture.height)
        );
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(picture.width * ratio);
        canvas.height = Math.round(picture.height * ratio);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        const blob = await new Promise((done) =>
            canvas.toBlob(done, "image/jpeg", 0.8)
        );
        if (!blob || blob.size >= file.size) {
            return file;
        }
        return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", {
            type: "image/jpeg",
        });
    } catch {
        return file;
    }
}

/**
 * Collects the photos and files of an input. When they change, the list element sends an
 * "input" event.
 */
export class PhotoList {
    constructor(input, list, removeLabel) {
        this.files = [];
        this.input = input;
        this.list = list;
        this.removeLabel = removeLabel;
        /** Resolves when all photos chosen so far are in the list. */
        this.taken = Promise.resolve();
        input.addEventListener("change", () => {
            const files = [...input.files];
            input.value = "";
            this.taken = this.taken.then(() => this.take(files));
        });
    }

    async take(files) {
        for (const file of files) {
            this.add(await scale(file));
            this.changed();
        }
    }

    changed() {
        this.list.dispatchEvent(new Event("input", {bubbles: true}));
    }

    add(file) {
        this.files.push(file);
        const item = document.createElement("li");
        const isPhoto = file.type.startsWith("image/");
        const image = document.createElement(isPhoto ? "img" : "span");
        if (isPhoto) {
            image.src = URL.createObjectURL(file);
            image.alt = file.name;
        } else {
            image.textContent = file.name;
        }
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "×";
        button.setAttribute("aria-label", `${this.removeLabel}: ${file.name}`);
        button.addEventListener("click", () => {
            this.files = this.files.filter((other) => other !== file);
            if (isPhoto) {
                URL.revokeObjectURL(image.src);
            }
            item.remove();
            this.input.focus();
            this.changed();
        });
        item.append(image, button);
        this.list.append(item);
    }
}
