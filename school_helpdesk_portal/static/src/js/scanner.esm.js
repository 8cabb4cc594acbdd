// The page "Scan a label": shows the picture of the camera, and opens the page of the
// first label in it. Browsers without a built-in decoder load the one of Odoo.

import {buildZXingBarcodeDetector} from "@web/core/barcode/ZXingBarcodeDetector";
import {readLabel} from "./label.esm";

const DECODER = "/web/static/lib/zxing-library/zxing-library.js";
/** Milliseconds between two attempts to decode the picture. */
const PAUSE = 150;

function loadScript(src) {
    return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        Object.assign(script, {src, onload: resolve, onerror: reject});
        document.head.append(script);
    });
}

async function makeDetector() {
    const formats = ["qr_code"];
    const {BarcodeDetector} = window;
    const supported = BarcodeDetector
        ? await BarcodeDetector.getSupportedFormats()
        : [];
    if (supported.includes("qr_code")) {
        return new BarcodeDetector({formats});
    }
    await loadScript(DECODER);
    return new (buildZXingBarcodeDetector(window.ZXing))({formats});
}

export class Scanner {
    constructor(element) {
        this.element = element;
        this.video = element.querySelector("video");
        this.status = element.querySelector("[role=status]");
    }

    say(text) {
        this.status.textContent = text;
        this.status.hidden = !text;
    }

    async start() {
        this.say("");
        try {
            this.video.srcObject = await navigator.mediaDevices.getUserMedia({
                video: {facingMode: "environment"},
                audio: false,
            });
            this.detector = await makeDetector();
        } catch {
            this.say(this.element.dataset.none);
            return;
        }
        this.video.hidden = false;
        await this.video.play();
        this.look();
    }

    async look() {
        let codes = [];
        try {
            codes = await this.detector.detect(this.video);
        } catch {
            // The picture is not ready yet
        }
        for (const {rawValue} of codes) {
            const path = readLabel(rawValue);
            if (path) {
                window.location.assign(path);
                return;
            }
            this.say(this.element.dataset.other);
        }
        setTimeout(() => this.look(), PAUSE);
    }

    stop() {
        for (const track of this.video.srcObject?.getTracks() || []) {
            track.stop();
        }
    }
}

const element = document.querySelector(".o_helpdesk_scanner");
if (element) {
    const scanner = new Scanner(element);
    scanner.start();
    window.addEventListener("pagehide", () => scanner.stop());
    // The browser's "back" can show the page again with a stopped camera
    window.addEventListener("pageshow", (event) => event.persisted && scanner.start());
}
