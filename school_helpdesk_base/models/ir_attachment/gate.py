"""The one gate that each file of the desk passes, whichever way it came.

Models say by an attribute that their files pass it. It is asked where attachments are
made and changed, so that no form, mail, chatter or remote call leads past it.
"""

import base64
from urllib.parse import urlsplit

from PIL import Image

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import ValidationError

from ...tools.file_gate import CleanFile, FileRefused, clean_file, keep_file
from ...tools.plain_name import clean_file_name, is_safe_name

#: Fields through which a content comes, in the order in which Odoo takes them.
CONTENT_FIELDS = ("raw", "datas", "db_datas")
#: A change of these is a new file as far as the gate is concerned.
GATED_FIELDS = frozenset((*CONTENT_FIELDS, "mimetype", "name", "type", "url"))
WATCHED_FIELDS = GATED_FIELDS | {"res_field", "res_model"}
#: Fields whose default may come with the context of a remote call.
DEFAULT_FIELDS = WATCHED_FIELDS | {"res_id"}


class IrAttachment(models.Model):
    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    @api.model
    @tools.ormcache()
    def _get_gated_models(self):
        """Return the names of the models whose files pass the gate.

        These are the models with a class attribute ``_helpdesk_gated_files = True``.
        """
        return frozenset(
            name
            for name, model in self.env.registry.items()
            if getattr(model, "_helpdesk_gated_files", False)
        )

    # ------------------------------------------------------------------
    # The check
    # ------------------------------------------------------------------

    @api.model
    def _keeps_any_file(self):
        """Whether files of the current user are kept that the desk does not take.

        Those of the desk's agents are: they work with scripts and archives. Those of
        the system are: it hands on what came by mail. Everybody else is told to send
        another file.
        """
        # not env.su: forms act as superuser for the people who send them
        user = self.env.user
        return (
            user.id == SUPERUSER_ID
            or user._is_system()
            or user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        )

    @api.model
    def _get_max_file_size(self):
        """Return how many bytes a file of the desk may have."""
        # sudo: res.company - limits hold for people who may not read the company
        company_sudo = self.env.company.sudo()
        return company_sudo.helpdesk_upload_max_megabytes * 1024**2

    @api.model
    def _check_file(self, name, content):
        """Return a file as the desk keeps it, if it is of a kind that the desk takes.

        :param str name: the file's name, as its sender gave it
        :param bytes content: the whole file
        :return: a ``CleanFile``
        :raise ValidationError: with the reason, in the current user's language
        """
        try:
            return clean_file(name, content, self._get_max_file_size())
        except FileRefused as refused:
            raise ValidationError(self._get_refusal(refused)) from refused

    @api.model
    def _receive_file(self, name, content):
        """Return a file as the desk keeps it, by what the current user may send.

        :raise ValidationError: the user may not send it
        """
        # what was kept under a safe name may be copied by anybody
        if not (self._keeps_any_file() or is_safe_name(name)):
            return self._check_file(name, content)
        # mail programs and mail servers have limits of their own
        if self.env.uid != SUPERUSER_ID and len(content) > self._get_max_file_size():
            refused = FileRefused("large", clean_file_name(name))
            raise ValidationError(self._get_refusal(refused))
        return keep_file(name, content)

    @api.model
    def _get_refusal(self, refused):
        """Return why a file is refused, in words for its sender."""
        env = self.env
        match refused.reason:
            case "empty":
                return env._("The file %(name)s is empty.", name=refused.name)
            case "large":
                return env._(
                    "The file %(name)s is larger than %(size)s MB.",
                    name=refused.name,
                    size=self._get_max_file_size() // 1024**2,
                )
            case "photo":
                return env._(
                    "The photo %(name)s cannot be read. Please take it again, or send "
                    "it as JPEG.",
                    name=refused.name,
                )
        return env._(
            "The file %(name)s cannot be sent: only pictures, videos, recordings, PDF, "
            "Office, text and mail files can, under a name that fits.",
            name=refused.name,
        )

    # ------------------------------------------------------------------
    # Where attachments are made and changed
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        gated = self._get_gated_models()
        default_model = self.env.context.get("default_res_model")
        if not any(
            values.get("res_model", default_model) in gated for values in vals_list
        ):
            return super().create(vals_list)
        # defaults are taken over here, so that none of them passes beside the gate
        context = dict(self.env.context)
        defaults = {
            name: context.pop(f"default_{name}")
            for name in DEFAULT_FIELDS
            if f"default_{name}" in context
        }
        within = self.with_env(self.env(context=context))
        attachments = super(IrAttachment, within).create(
            [within._prepare_gated_values(defaults | values) for values in vals_list]
        )
        return attachments.with_env(self.env)

    def write(self, vals):
        # most writes are none of ours: the cheap question comes first
        if not vals.keys() & WATCHED_FIELDS:
            return super().write(vals)
        entering = self._filter_entering(vals)
        if not entering:
            return super().write(vals)
        entering.check_access("write")
        if rest := self - entering:
            super(IrAttachment, rest).write(dict(vals))
        for file in entering:
            super(IrAttachment, file).write(file._prepare_gated_changes(vals))
        return True

    def _filter_entering(self, vals):
        """Return those of these attachments that a change sends through the gate."""
        gated = self._get_gated_models()
        is_new_file = bool(vals.keys() & GATED_FIELDS)

        def is_entering(file):
            # sudo: ir.attachment - where it belongs; nothing is told to the user
            file_sudo = file.sudo()
            before = {
                "res_model": file_sudo.res_model,
                "res_field": file_sudo.res_field,
            }
            after = {name: vals.get(name, before[name]) for name in before}
            if after["res_model"] not in gated or self._is_field_content(after):
                return False
            # from one of our models to another, the file stays what it is
            return (
                is_new_file
                or before["res_model"] not in gated
                or self._is_field_content(before)
            )

        return self.filtered(is_entering)

    def _prepare_gated_changes(self, vals):
        """Return the values to write so that this file is right after a change.

        :raise ValidationError: the current user may not send such a file
        """
        self.ensure_one()
        # sudo: ir.attachment - the user may write it; its content is checked
        file_sudo = self.sudo()
        known = {name: file_sudo[name] for name in ("name", "res_model", "type", "url")}
        if not vals.keys() & set(CONTENT_FIELDS):
            known["raw"] = file_sudo.with_context(bin_size=False).raw or b""
        values = self._prepare_gated_values({**known, **vals})
        return {
            name: value
            for name, value in values.items()
            if name not in known or value != known[name]
        }

    def _postprocess_contents(self, values):
        try:
            return super()._postprocess_contents(values)
        except Image.DecompressionBombError:
            # Odoo makes pictures smaller, and stumbles over one that is too large to be
            # opened: a mail would be lost with it
            return values

    @api.model
    def _prepare_gated_values(self, values):
        """Return the values of an attachment as far as they pass the gate.

        :raise ValidationError: the current user may not send such a file
        """
        values = dict(values)
        is_gated = values.get("res_model") in self._get_gated_models()
        if not is_gated or self._is_field_content(values):
            return values
        if values.get("url") or values.get("type") == "url":
            return self._prepare_gated_link(values)
        content = self._pop_content(values)
        file = self._receive_file(values.get("name"), content)
        return {**values, **self._prepare_file_values(file)}

    @api.model
    def _prepare_file_values(self, file: CleanFile):
        return {"name": file.name, "raw": file.content, "mimetype": file.mimetype}

    @api.model
    def _is_field_content(self, values):
        """Whether an attachment is where Odoo keeps the content of a binary field."""
        model, name = values.get("res_model"), values.get("res_field")
        field = self.env[model]._fields.get(name) if model in self.env else None
        return field is not None and field.type == "binary"

    @api.model
    def _pop_content(self, values):
        """Take the content out of an attachment's values and return it."""
        contents = {name: values.pop(name, None) for name in CONTENT_FIELDS}
        if raw := contents["raw"]:
            return raw.encode() if isinstance(raw, str) else bytes(raw)
        return base64.b64decode(contents["datas"] or contents["db_datas"] or b"")

    @api.model
    def _prepare_gated_link(self, values):
        """Return the values of a link to a page, which stands for a file.

        :raise ValidationError: it is no link to a page, or not the desk's
        """
        url = values.get("url") or ""
        is_page = urlsplit(url).scheme in ("http", "https")
        if not self._keeps_any_file() or values.get("type") != "url" or not is_page:
            raise ValidationError(self.env._("Please send a file, not a link."))
        for name in CONTENT_FIELDS:
            values.pop(name, None)
        return {**values, "name": clean_file_name(values.get("name"))}
