"""A team's own fields on the report form: what is asked, and what counts as an answer.

They are the properties a team's leader adds to its tickets. Those that lead to other
records offer what the requester may read (helpdesk_ticket_team_record.py); those of
formatted text stay the desk's own.
"""

import math
from datetime import datetime

import pytz

from odoo import fields, models

from ...tools.moment import get_clock, get_local
from .question_records import OFFERED_RECORDS, RECORD_TYPES

#: Kinds of fields a requester is asked for; a separator is a heading among them.
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
        """Return the definitions of the fields a requester is asked for."""
        self.ensure_one()
        return [
            definition
            for definition in self.ticket_properties or ()
            if definition.get("type") in ASKED_TYPES
            and (
                definition["type"] not in RECORD_TYPES
                or self._portal_get_record_model(definition) is not None
            )
        ]

    def _portal_get_property_inputs(self, get_sent=None):
        """Return the fields as the form shows them.

        :param get_sent: gives the texts sent under an input's name; the fields'
            own defaults without
        :return: list of dictionaries ``name`` (of the input), ``label``, ``type``,
            ``suffix``, ``texts``, ``options`` (pairs of value and label), ``has_more``
            (options than these), ``length``
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
        """Return the pairs of value and label one chooses of, as texts."""
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
        return f"field_{self.id}_{definition['name']}"

    def _portal_format_default(self, definition):
        """Return a field's default as the texts a form would send."""
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
        """Read what was sent for the team's fields, and for nothing else.

        :param get_sent: gives the texts sent under an input's name
        :return: ``(values, errors)``: the value by the field's name, and what is wrong
            in words for who has sent it
        """
        values, errors = {}, []
        for definition in self._portal_get_properties():
            kind = definition["type"]
            if kind == "separator":
                continue
            texts = get_sent(self._portal_get_input_name(definition))
            texts = [text.replace("\x00", "").strip() for text in texts]
            try:
                value = self._portal_parse_property(definition, [*filter(None, texts)])
            except (ValueError, OverflowError):
                label = definition.get("string") or ""
                errors.append(self._portal_get_property_error(kind, label))
            else:
                values[definition["name"]] = value
        return values, errors

    def _portal_parse_property(self, definition, texts):
        """Return the value of the texts sent for one field.

        :raise ValueError: they are none
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
                local = datetime.fromisoformat(text)
                if local.tzinfo:
                    raise ValueError("the form sends none")
                at = get_clock(self.env).localize(local).astimezone(pytz.utc)
                return fields.Datetime.to_string(at.replace(tzinfo=None))
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
        ids = [int(text) for text in texts]
        if not all(0 < record_id <= LARGEST for record_id in ids):
            raise ValueError("no id")
        if len(self._portal_find_records(definition, ids)) != len(set(ids)):
            raise ValueError("not the reader's to choose")
        return ids

    def _portal_get_property_error(self, kind, label):
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
                    "“%(field)s”: please choose of what is offered.", field=label
                )
            case _:
                return self.env._(
                    "“%(field)s”: please write at most %(count)s characters.",
                    field=label,
                    count=LENGTHS.get(kind, 0),
                )
