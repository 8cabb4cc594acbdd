// Writes each test as a line of JSON: its file, its name, and why it failed or was
// skipped. The texts of Node's own reporters differ between versions, but its events are
// documented. See NodeJob in run_tests.py.

import {relative} from "node:path";

/** Node has a test for each file; it counts only if the file itself fails. */
const isFile = ({name}) => /\.test\.mjs$/.test(name);

const isTest = (type, data) =>
    type === "test:pass"
        ? data.details.type !== "suite" && !isFile(data)
        : data.details.error.failureType !== "subtestsFailed";

const describeError = (error) => String(error.cause?.stack || error.cause || error);

export default async function* report(events) {
    const names = [];
    const output = {};
    for await (const {type, data} of events) {
        if (type === "test:start") {
            names.length = data.nesting;
            names.push(data.name);
        } else if (type === "test:stderr") {
            output[data.file] = (output[data.file] || "") + data.message;
        } else if (/^test:(pass|fail)$/.test(type) && isTest(type, data)) {
            const {error} = data.details;
            const path = [...names.slice(0, data.nesting), data.name];
            const reason = [data.skip, data.todo].find((one) => one !== undefined);
            const failure =
                error && ((isFile(data) && output[data.file]) || describeError(error));
            yield `${JSON.stringify({
                file: relative(process.cwd(), data.file),
                name: path.filter((name) => !isFile({name})).join(" > "),
                failure: error && failure,
                skipped: error ? undefined : reason,
            })}\n`;
        }
    }
}
