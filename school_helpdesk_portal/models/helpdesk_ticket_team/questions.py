"""The questions of a team on the report form: its inputs, and checks of the answers.

The questions are the properties that a team leader adds to tickets. For properties with
records, see question_records.py. Properties with formatted text are not on the form.
"""

import math
from datetime import datetime

from odoo import fields, models

from odoo.addons.school_helpdesk_base.tools.moment import get_local, parse_local
from odoo.addons.school_helpdesk_base.tools.plain_name import strip_text

from .question_records import OFFERED_RECORDS, RECORD_TYPES

#: Types of properties on the form; a separator is a heading.
ASKED_TYPES = (
    "char",
    "text",
    "integer",
    "float",
    "boolean",
    "date",
    "datetime",
    "selection",
    "tags",
    "separator",
    *RECORD_TYPES,
)
LENGTHS = {"char": 250, "text": 10_000}
LARGEST = 2**31 - 1


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    def _portal_get_properties(self):
        """Return the properties on the form, with texts in the user's language."""
        self.ensure_one()
        return [
            definition
            for definition in self._translate_definitions(self.ticket_properties)
            if definition.get("type") in ASKED_TYPES
            and (
                definition["type"] not in RECORD_TYPES
                or self._portal_get_record_model(definition) is not None
            )
        ]

    def _portal_get_property_inputs(self, get_sent=None):
        """Return the inputs of the form for the properties.

        :param get_sent: function that returns the sent texts of an input by its name;
            by default, the inputs contain the default values of the properties
        :return: list of dictionaries with the keys ``name`` (of the input), ``label``,
            ``type``, ``suffix``, ``texts`` (the values), ``options`` (pairs of value
            and label), ``has_more`` (whether more options exist), ``length`` (the
            maximum number of characters)
        """
        inputs = []
        for definition in self._portal_get_properties():
            options = shown = self._portal_get_options(definition)
            if definition["type"] in RECORD_TYPES:
                shown = options[:OFFERED_RECORDS]
                if not shown:
                    continue
            name = self._portal_get_input_name(definition)
            inputs.append(
                {
                    "name": name,
                    "label": definition.get("string") or "",
                    "type": definition["type"],
                    "suffix": definition.get("suffix") or "",
                    "texts": get_sent(name)
                    if get_sent
                    else self._portal_format_default(definition),
                    "options": shown,
                    "has_more": len(options) > len(shown),
                    "length": LENGTHS.get(definition["type"]),
                }
            )
        return inputs

    def _portal_get_options(self, definition):
        """Return the options of a property: pairs of value and label, as texts."""
        match definition["type"]:
            case "selection" | "tags" as kind:
                return [tuple(option[:2]) for option in definition.get(kind) or ()]
            case "many2one" | "many2many":
                return [
                    (str(record_id), name)
                    for record_id, name in self._portal_find_records(definition)
                ]
            case _:
                return []

    def _portal_get_input_name(self, definition):
        """Return the name of the question's input; several teams share the form."""
        return f"field_{self.id}_{definition['name']}"

    def _portal_format_default(self, definition):
        """Return the default of a property as texts in the format of the form."""
        default = definition.get("default")
        if default in (None, False):
            return []
        match definition["type"]:
            case "tags":
                return list(default)
            case "many2one":
                return [str(default)]
            case "many2many":
                return [str(record_id) for record_id in default]
            case "datetime":
                local = get_local(self.env, fields.Datetime.to_datetime(default))
                return [local.strftime("%Y-%m-%dT%H:%M")]
            case _:
                return [str(default)]

    def _portal_parse_properties(self, get_sent):
        """Return the sent values of the team's properties.

        :param get_sent: function that returns the sent texts of an input by its name
        :return: ``(values, errors)``: dictionary of property name to value; list of
            error messages for the user
        """
        values, errors = {}, []
        for definition in self._portal_get_properties():
            kind = definition["type"]
            if kind == "separator":
                continue
            texts = get_sent(self._portal_get_input_name(definition))
            texts = [strip_text(text.replace("\x00", "")) for text in texts]
            try:
                value = self._portal_parse_property(definition, [*filter(None, texts)])
            except (ValueError, OverflowError):
                label = definition.get("string") or ""
                errors.append(self._portal_get_property_error(kind, label))
            else:
                values[definition["name"]] = value
        return values, errors

    def _portal_parse_property(self, definition, texts):
        """Return the value of a property from the sent texts.

        :raise ValueError: the texts are not a valid value
        """
        match definition["type"]:
            case "boolean":
                return bool(texts)
            case "tags":
                options = dict(self._portal_get_options(definition))
                if not options.keys() >= set(texts):
                    raise ValueError("no such tag")
                return texts
            case "many2many":
                return self._portal_parse_records(definition, texts)
            case _ if not texts:
                return False
            case _:
                [text] = texts
                return self._portal_parse_single(definition, text)

    def _portal_parse_single(self, definition, text):
        """Return the value of a property from one text that is not empty.

        :raise ValueError: the text is not a valid value
        """
        kind = definition["type"]
        match kind:
            case "integer":
                number = int(text)
                if abs(number) > LARGEST:
                    raise ValueError("too large")
                return number
            case "float":
                number = float(text)
                if not math.isfinite(number) or "_" in text:
                    raise ValueError("not a number")
                return number
            case "date":
                return fields.Date.to_string(datetime.strptime(text, "%Y-%m-%d"))
            case "datetime":
                return fields.Datetime.to_string(parse_local(self.env, text))
            case "selection":
                if text not in dict(self._portal_get_options(definition)):
                    raise ValueError("no such option")
                return text
            case "many2one":
                [record_id] = self._portal_parse_records(definition, [text])
                return record_id
            case _:
                if len(text) > LENGTHS[kind]:
                    raise ValueError("too long")
                return text

    def _portal_parse_records(self, definition, texts):
        """Return the ids of the chosen records.

        :raise ValueError: an id is invalid, or the form does not offer its record
        """
        ids = [int(text) for text in texts]
        if not all(0 < record_id <= LARGEST for record_id in ids):
            raise ValueError("invalid id")
        if len(self._portal_find_records(definition, ids)) != len(set(ids)):
            raise ValueError("no such record for the user")
        return ids

    def _portal_get_property_error(self, kind, label):
        """Return the message about an invalid answer to a question of this type."""
        match kind:
            case "integer":
                return self.env._(
                    "“%(field)s”: please enter a whole number.", field=label
                )
            case "float":
                return self.env._("“%(field)s”: please enter a number.", field=label)
            case "date":
                return self.env._("“%(field)s”: please enter a date.", field=label)
            case "datetime":
                return self.env._(
                    "“%(field)s”: please enter a date and a time.", field=label
                )
            case "selection" | "tags" | "many2one" | "many2many":
                return self.env._(
                    "“%(field)s”: please choose one of the options.", field=label
                )
            case _:
                return self.env._(
                    "“%(field)s”: please write at most %(count)s characters.",
                    field=label,
                    count=LENGTHS.get(kind, 0),
                )
