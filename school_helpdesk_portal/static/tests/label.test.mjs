import assert from "node:assert/strict";
import {readLabel} from "../src/js/label.esm.js";
import {test} from "node:test";

const TOKEN = "ThUD2NqvIsy5CKjDKvQ-kg";
const PATH = `/helpdesk/scan/${TOKEN}`;

for (const text of [
    `https://it.school.example${PATH}`,
    // A label with the former address of the server
    `http://old.example:8069${PATH}`,
    `https://it.school.example${PATH}/`,
    `https://it.school.example${PATH}. `,
]) {
    test(`the label ${JSON.stringify(text)} leads to its page on this server`, () => {
        assert.equal(readLabel(text), PATH);
    });
}

for (const text of [
    "",
    "4006381333931",
    "https://evil.example/",
    "javascript:alert(1)",
    "https://it.school.example/helpdesk/scan/",
    `https://it.school.example${PATH}/report`,
    `https://it.school.example${PATH}?redirect=//evil.example`,
    `https://it.school.example/helpdesk/scan/${"../".repeat(3)}web`,
]) {
    test(`the code ${JSON.stringify(text)} leads nowhere`, () => {
        assert.equal(readLabel(text), null);
    });
}
