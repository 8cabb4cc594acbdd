// Lets Node load the modules of the addons under the names Odoo gives them: a relative
// name has no ending, "@addon/x" is a file below the addon's static/src, and a .js file
// of an addon is a module. The addons are those in the folder Node is started in.

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

// Node runs these functions in a thread of its own, where this file is loaded again
if (isMainThread) {
    register(import.meta.url);
}
