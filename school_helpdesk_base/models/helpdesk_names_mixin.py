"""The names of linked records in lists, forms, groups and exports.

Odoo shows the name of a linked record to everybody who may read the link: agents would
read the titles of tickets that they may not open. Here such a ticket is named by its
number only.

An export is different: Odoo reads the name with the access rights of the user, so that
an agent could not export the column that a list shows. Here an export contains the same
names as a list.
"""

from odoo import api, models


class HelpdeskNamesMixin(models.AbstractModel):
    _name = "helpdesk.names.mixin"
    _description = "Names of Linked Records"

    @api.model
    def _get_shown_names(self, records):
        """Return the names of linked records that the user may see.

        :return: dictionary of ids to names
        """
        # sudo: the readers of a link see the name of the linked record, as in Odoo
        names = {record.id: record.display_name for record in records.sudo()}
        return names | self._get_numbers_of_hidden(records)

    @api.model
    def _get_numbers_of_hidden(self, records):
        """Return ids and numbers of linked tickets that the user may not read."""
        if records._name != "helpdesk.ticket" or self.env.su or not records:
            return {}
        tickets = records.with_user(self.env.user)
        hidden = tickets - tickets._filtered_access("read")
        # sudo: helpdesk.ticket - the number of a ticket is no secret
        return {ticket.id: ticket.number for ticket in hidden.sudo()}

    def _get_ticket_links(self, names):
        """Return those of the fields that link to one ticket."""
        return [
            name
            for name in names
            if (field := self._fields.get(name))
            and field.type == "many2one"
            and field.comodel_name == "helpdesk.ticket"
        ]

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        if load != "_classic_read":
            return rows
        for name in self._get_ticket_links(fnames):
            linked = self.env["helpdesk.ticket"].browse(
                {row[name][0] for row in rows if row.get(name)}
            )
            numbers = self._get_numbers_of_hidden(linked)
            for row in rows:
                if row.get(name) and row[name][0] in numbers:
                    row[name] = (row[name][0], numbers[row[name][0]])
        return rows

    def web_read(self, specification):
        rows = super().web_read(specification)
        for name in self._get_ticket_links(specification):
            values = [row[name] for row in rows if isinstance(row.get(name), dict)]
            numbers = self._get_numbers_of_hidden(
                self.env["helpdesk.ticket"].browse({value["id"] for value in values})
            )
            for value in values:
                if "display_name" in value and value["id"] in numbers:
                    value["display_name"] = numbers[value["id"]]
        return rows

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if not self._get_ticket_links([groupby_spec]):
            return formatter
        tickets = self.env["helpdesk.ticket"].union(*values)
        numbers = self._get_numbers_of_hidden(tickets)

        def format_group(value):
            group, domain = formatter(value)
            if value.id in numbers:
                group = (value.id, numbers[value.id])
            return group, domain

        return format_group

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if self.env.su or not _is_toplevel_call:
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        paths = list(fields)
        links = {}
        for column, path in enumerate(fields):
            if link := self._get_exported_link(path):
                # export the record of the link instead, and replace it by the name
                paths[column] = [*path[:-1], ".id"]
                links[column] = link
        rows = super()._export_rows(paths)
        for column, (model, name) in links.items():
            ids = [int(row[column]) for row in rows if row[column]]
            # sudo: the user may read these records and this field of them
            records_sudo = model.browse(ids).sudo()
            linked = records_sudo[name].with_env(self.env)
            names = self._get_shown_names(linked)
            shown = {
                record.id: names.get(record[name].id, "") for record in records_sudo
            }
            for row in rows:
                row[column] = row[column] and shown[int(row[column])]
        return rows

    def _get_exported_link(self, path):
        """Return model and name of the link whose name a column of an export shows.

        :param path: the names of the fields on the way from this model
        :return: nothing if the column shows something else, or if the user may not
            read the field
        """
        model = self
        names_only = self.env.context.get("import_compat", True)
        for name in path[:-1]:
            field = model._fields.get(name)
            if (
                not field
                or not field.relational
                or (names_only and field.type == "many2many")
                or not model._has_field_access(field, "read")
            ):
                return None
            model = model.env[field.comodel_name]
        field = path and model._fields.get(path[-1])
        if not field or field.type != "many2one":
            return None
        return (model, path[-1]) if model._has_field_access(field, "read") else None
