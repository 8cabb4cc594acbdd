// The report form without a scanned device. Without this script, the page shows all
// categories and questions. The script hides those of other types and teams.

/** Milliseconds without typing after which people are searched. */
const DELAY = 400;

/**
 * Shows the symptoms of the chosen device. They replace type and category, unless the
 * user chooses "Something else", or has already chosen a type.
 */
export class Symptoms {
    constructor(form) {
        this.form = form;
        this.groups = [...form.querySelectorAll(".o_helpdesk_symptoms")];
        this.choice = form.querySelector(".o_helpdesk_choice");
        this.subject = form.elements.subject;
    }

    update() {
        const chosen = [...this.form.querySelectorAll("[name=asset]:checked")];
        const hasType = Boolean(this.form.querySelector("[name=type]:checked"));
        let shown = null;
        for (const group of this.groups) {
            const assets = group.dataset.assets.split(" ");
            const fits = !shown && chosen.some(({value}) => assets.includes(value));
            group.hidden = !fits;
            group.disabled = !fits;
            if (fits) {
                shown = group;
            }
            for (const radio of group.querySelectorAll("input")) {
                radio.required = fits && !hasType;
                radio.checked = radio.checked && fits;
            }
        }
        const symptom = shown && shown.querySelector("[name=symptom]:checked");
        const isOther = !shown || (symptom ? symptom.value === "other" : hasType);
        this.choice.hidden = !isOther;
        this.choice.disabled = !isOther;
        this.subject.required = isOther;
    }
}

/** Shows only the categories and the questions of the chosen type. */
export class Choice {
    constructor(form) {
        this.form = form;
        this.select = form.elements.category;
        this.groups = [...this.select.querySelectorAll("optgroup")];
        this.questions = [...form.querySelectorAll(".o_helpdesk_questions")];
    }

    get radio() {
        return this.form.querySelector("[name=type]:checked");
    }

    update() {
        const chosen = this.select.selectedOptions[0];
        const group = chosen && chosen.closest("optgroup");
        if (!this.radio && group && group.dataset.type) {
            const radio = this.form.querySelector(
                `[name=type][value="${group.dataset.type}"]`
            );
            radio.checked = true;
        }
        const type = this.radio && this.radio.value;
        // Remove and add the groups, because phones also show hidden entries of a list
        for (const one of this.groups) {
            const fits = !type || !one.dataset.type || one.dataset.type === type;
            if (fits) {
                this.select.append(one);
            } else {
                one.remove();
            }
        }
        const teams = new Set(this.questions.map((one) => one.dataset.team));
        const symptom = this.form.querySelector("[name=symptom]:checked");
        const source = symptom && symptom.dataset.team ? symptom : this.radio;
        const team = source && source.dataset.team;
        for (const one of this.questions) {
            const fits = team ? one.dataset.team === team : teams.size === 1;
            one.hidden = !fits;
            one.disabled = !fits;
        }
    }
}

/** Filters the devices by text. If a room is selected, so are all its devices. */
export class Devices {
    constructor(element) {
        this.element = element;
        this.filter = element.querySelector(".o_helpdesk_filter");
        this.labels = [...element.querySelectorAll("label:has([name=asset])")];
    }

    start() {
        this.filter.hidden = this.labels.length < 8;
        const input = this.filter.querySelector("input");
        input.addEventListener("input", () => this.find(input.value));
        input.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
            }
        });
        this.element.addEventListener("change", ({target}) => {
            const boxes = target.closest("[role=group]");
            if (target.name === "room") {
                for (const box of boxes.querySelectorAll("[name=asset]")) {
                    box.checked = target.checked;
                }
            } else if (target.name === "asset" && !target.checked) {
                const room = boxes.querySelector("[name=room]");
                if (room) {
                    room.checked = false;
                }
            }
        });
    }

    find(text) {
        const words = text.toLowerCase().split(/\s+/);
        for (const label of this.labels) {
            const found = label.textContent.toLowerCase();
            const box = label.querySelector("input");
            label.hidden = !box.checked && !words.every((word) => found.includes(word));
        }
        for (const group of this.element.querySelectorAll("[role=group]")) {
            group.hidden = !group.querySelector("label:not([hidden]) [name=asset]");
        }
    }
}

/** Suggests people while the user types the name of the person with the problem. */
export class Person {
    constructor(element) {
        this.element = element;
        this.input = element.querySelector("[name=behalf]");
        this.people = element.querySelector(".o_helpdesk_people");
        this.status = element.querySelector("[role=status]");
        this.form = this.input.form;
    }

    start() {
        this.input.addEventListener("input", () => {
            this.people.replaceChildren();
            this.status.textContent = "";
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.find(), DELAY);
        });
    }

    /** Search again for a text that was restored from a draft. */
    update() {
        if (this.input.value && !this.people.children.length) {
            this.element.open = true;
            this.find();
        }
    }

    async find() {
        const text = this.input.value.trim();
        if (text.length < Number(this.element.dataset.shortest)) {
            return;
        }
        const body = new FormData();
        body.set("csrf_token", this.form.elements.csrf_token.value);
        body.set("text", text);
        let people = [];
        try {
            const response = await fetch(this.element.dataset.url, {
                method: "POST",
                body,
            });
            if (!response.ok) {
                return;
            }
            people = await response.json();
        } catch {
            // The server searches for the person when the form is sent
            return;
        }
        if (text === this.input.value.trim()) {
            this.show(people);
        }
    }

    show(people) {
        this.people.replaceChildren(
            ...people.map(({id, name}) => {
                const label = document.createElement("label");
                const radio = document.createElement("input");
                const span = document.createElement("span");
                Object.assign(radio, {type: "radio", name: "person", value: id});
                radio.checked = people.length === 1;
                span.textContent = name;
                label.append(radio, span);
                return label;
            })
        );
        this.status.textContent = people.length ? "" : this.people.dataset.nobody;
    }
}

const form = document.querySelector("form.o_helpdesk_form");
if (form) {
    const choice = new Choice(form);
    const symptoms = new Symptoms(form);
    const update = () => {
        symptoms.update();
        choice.update();
    };
    update();
    const devices = form.querySelector(".o_helpdesk_devices");
    if (devices) {
        new Devices(devices).start();
    }
    // After the devices, which also check and uncheck boxes when something changes
    form.addEventListener("change", update);
    const details = form.querySelector(".o_helpdesk_person");
    const person = details && new Person(details);
    if (person) {
        person.start();
    }
    form.addEventListener("restored", () => {
        update();
        if (person) {
            person.update();
        }
    });
}
