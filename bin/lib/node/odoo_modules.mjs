// Lets Node import the modules of addons by the names that Odoo uses: a relative name
// has no suffix, "@addon/x" is a file below static/src of the addon, and each .js file of
// an addon is a module. Addons are searched in the current folder.

import {existsSync} from "node:fs";
import {isMainThread} from "node:worker_threads";
import {pathToFileURL} from "node:url";
import {register} from "node:module";

const ROOT = pathToFileURL(`${process.cwd()}/`);

export function resolve(specifier, context, next) {
    const named = /^@(\w+)\/(.+)$/.exec(specifier);
    if (named) {
        const file = new URL(`${named[1]}/static/src/${named[2]}.js`, ROOT);
        if (existsSync(file)) {
            return {url: file.href, shortCircuit: true};
        }
    }
    const ending =
        /^\.\.?\//.test(specifier) && !/\.m?js$/.test(specifier) ? ".js" : "";
    return next(specifier + ending, context);
}

export function load(url, context, next) {
    const isModule = url.startsWith(ROOT.href) && url.includes("/static/");
    return next(url, isModule ? {...context, format: "module"} : context);
}

// Node runs these functions in another thread, which loads this file again
if (isMainThread) {
    register(import.meta.url);
}
