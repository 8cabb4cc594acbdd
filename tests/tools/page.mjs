/**
 * A small DOM in which the scripts of the portal's pages run in Node: elements with
 * children, properties, bubbling events, and the selectors that these scripts use. It
 * does not render, parse HTML or send forms. tests/browser tests these in a browser.
 */

import {File as NodeFile} from "node:buffer";

const PART =
    /(?<any>^\*)|(?<tag>^[\w-]+)|\.(?<cls>[\w-]+)|\[(?<attribute>[\w-]+)(?:="?(?<value>[^\]"]*)"?)?\]|:not\((?<not>[^)]*)\)|:has\((?<has>[^)]*)\)|(?<checked>:checked)/gy;

/** Whether an element matches a selector without spaces: `input[name=a]:checked`. */
function fitsOne(element, selector) {
    let end = 0;
    for (const {0: text, groups, index} of selector.matchAll(PART)) {
        const {any, tag, cls, attribute, value, not, has, checked} = groups;
        const own = attribute && element.getAttribute(attribute);
        const fits =
            any ||
            (tag && element.tagName === tag.toUpperCase()) ||
            (cls && element.className.split(" ").includes(cls)) ||
            (attribute && (value === undefined ? own !== null : own === value)) ||
            (not && !element.matches(not)) ||
            (has && element.querySelector(has)) ||
            (checked && element.checked);
        if (!fits) {
            return false;
        }
        end = index + text.length;
    }
    if (end < selector.length) {
        throw new Error(
            `tests/tools/page.mjs does not support the selector ${selector}`
        );
    }
    return true;
}

export class Element {
    tagName = "";
    className = "";
    id = "";
    hidden = false;
    disabled = false;
    checked = false;
    selected = false;
    dataset = {};
    parent = null;
    content = [];
    attributes = {};
    listeners = {};

    constructor(tag) {
        this.tagName = tag.toUpperCase();
    }

    // Position

    get children() {
        return this.content.filter((one) => one instanceof Element);
    }

    get textContent() {
        return this.content.map((one) => one.textContent ?? one).join("");
    }

    set textContent(text) {
        this.replaceChildren(...(text === "" ? [] : [text]));
    }

    insert(index, nodes) {
        for (const node of nodes) {
            if (node instanceof Element) {
                node.remove();
                node.parent = this;
            }
        }
        this.content.splice(index, 0, ...nodes);
    }

    append(...nodes) {
        this.insert(Infinity, nodes);
    }

    after(...nodes) {
        this.parent.insert(this.parent.content.indexOf(this) + 1, nodes);
    }

    replaceChildren(...nodes) {
        for (const child of this.children) {
            child.remove();
        }
        this.content = [];
        this.append(...nodes);
    }

    remove() {
        if (this.parent) {
            this.parent.content = this.parent.content.filter((one) => one !== this);
            this.parent = null;
        }
    }

    // Attributes

    setAttribute(name, value) {
        this.attributes[name] = String(value);
        if (name === "class") {
            this.className = value;
        } else if (name === "id") {
            this.id = value;
        }
    }

    getAttribute(name) {
        const own = this.attributes[name] ?? this[name];
        return own === undefined || own === false ? null : String(own);
    }

    removeAttribute(name) {
        delete this.attributes[name];
    }

    // Searching

    matches(selector) {
        const [, before, relation, own] = /^(?:(.+?)( > | ))?([^ ]+)$/.exec(selector);
        if (!fitsOne(this, own)) {
            return false;
        }
        const isBelow = (place) =>
            Boolean(place) &&
            (place.matches(before) || (relation === " " && isBelow(place.parent)));
        return !before || isBelow(this.parent);
    }

    closest(selector) {
        return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
    }

    get all() {
        return this.children.flatMap((child) => [child, ...child.all]);
    }

    querySelectorAll(selector) {
        return this.all.filter((element) => element.matches(selector));
    }

    querySelector(selector) {
        return this.querySelectorAll(selector)[0] ?? null;
    }

    // Events

    addEventListener(event, listener) {
        (this.listeners[event] ||= []).push(listener);
    }

    dispatchEvent(event) {
        if (!Object.hasOwn(event, "target")) {
            Object.defineProperty(event, "target", {value: this});
        }
        for (const listener of this.listeners[event.type] || []) {
            listener(event);
        }
        if (event.bubbles && this.parent) {
            this.parent.dispatchEvent(event);
        }
        return !event.defaultPrevented;
    }

    focus() {
        document.activeElement = this;
    }

    scrollIntoView() {}

    // Forms

    get form() {
        return this.closest("form");
    }

    get elements() {
        const fields = this.all.filter(({tagName}) =>
            ["INPUT", "SELECT", "TEXTAREA", "BUTTON"].includes(tagName)
        );
        for (const field of fields.filter(({name}) => name)) {
            fields[field.name] ??= field;
        }
        return fields;
    }

    get options() {
        return this.querySelectorAll("option");
    }

    get selectedOptions() {
        const options = this.options;
        const chosen = options.filter(({selected}) => selected);
        return chosen.length || this.multiple ? chosen : options.slice(0, 1);
    }
}

/** Create an element with properties (also `class` and `data`) and children. */
export function make(tag, {data, class: className, ...properties} = {}, ...children) {
    const element = new Element(tag);
    if (tag === "select") {
        element.type = properties.multiple ? "select-multiple" : "select-one";
    } else if (tag === "input") {
        Object.assign(element, {type: "text", value: "", files: []});
    } else if (tag === "textarea") {
        Object.assign(element, {type: "textarea", value: ""});
    } else if (tag === "button") {
        element.type = "submit";
    }
    Object.assign(element, properties);
    element.className = className || "";
    Object.assign(element.dataset, data);
    // The values that a reset of the form restores
    element.defaultValue = element.value;
    element.defaultChecked = element.checked;
    element.defaultSelected = element.selected;
    element.append(...children);
    return element;
}

/** Dispatch an event on an element, as the browser does. */
export function fire(element, name, properties = {}) {
    const event = new Event(name, {bubbles: true, cancelable: true});
    for (const [property, value] of Object.entries(properties)) {
        Object.defineProperty(event, property, {value});
    }
    element.dispatchEvent(event);
    return event;
}

/** Type text into a field. */
export function type(field, text) {
    field.value = text;
    fire(field, "input");
}

/** Check or uncheck a checkbox. */
export function tick(box, checked = true) {
    box.checked = checked;
    fire(box, "input");
    fire(box, "change");
}

/** Wait until all promises that can be resolved have run their callbacks. */
export const settle = () => new Promise((done) => setImmediate(done));

/** FormData that also reads the forms of this DOM. */
class PageFormData extends FormData {
    constructor(form) {
        super();
        for (const field of form ? form.elements : []) {
            const {name, type: kind, value, checked, disabled} = field;
            if (!name || disabled || ["submit", "button", "file"].includes(kind)) {
                continue;
            }
            if (kind.startsWith("select")) {
                for (const option of field.selectedOptions) {
                    this.append(name, option.value);
                }
            } else if (!["radio", "checkbox"].includes(kind) || checked) {
                this.append(name, value);
            }
        }
    }
}

/** A storage like localStorage, which has its keys as properties. */
function makeStorage() {
    const methods = {
        getItem(name) {
            return Object.hasOwn(this, name) ? this[name] : null;
        },
        setItem(name, value) {
            this[name] = String(value);
        },
        removeItem(name) {
            delete this[name];
        },
    };
    return Object.create(methods);
}

/**
 * Set the globals of a new, empty page. Import a script after its elements have been
 * added to `document.body`, or without any of its elements on the page.
 */
export function openPage(path = "/helpdesk/report") {
    const page = new Element("html");
    page.body = new Element("body");
    page.append(page.body);
    page.createElement = (tag) => make(tag);
    const location = Object.assign(new URL(path, "https://it.school.example"), {
        visited: [],
        reloads: 0,
        assign(url) {
            this.visited.push(String(url));
        },
        reload() {
            this.reloads++;
        },
    });
    const view = new Element("window");
    Object.assign(view, {location, history: {replaceState() {}}});
    const globals = {
        document: page,
        window: view,
        File: globalThis.File || NodeFile,
        FormData: PageFormData,
        localStorage: makeStorage(),
        sessionStorage: makeStorage(),
    };
    for (const [name, value] of Object.entries(globals)) {
        Object.defineProperty(globalThis, name, {
            value,
            configurable: true,
            writable: true,
        });
    }
    return page;
}
