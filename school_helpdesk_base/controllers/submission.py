"""What a form sends: its texts, its files, and how large all of it may be."""

from odoo.http import request

from .main import parse_text

#: Bytes of a form around its files.
FORM_SIZE = 64 * 1024


def get_upload_size(_controller):
    """Return how many bytes a form with files may have by the school's limits."""
    # sudo: res.company - limits hold for people who may not read the company
    company_sudo = request.env.company.sudo()
    files = company_sudo.helpdesk_upload_max_files
    return files * company_sudo.helpdesk_upload_max_megabytes * 1024**2 + FORM_SIZE


def get_sent_text(name):
    """Return the text sent under a name; empty for a file in its place."""
    return parse_text(request.httprequest.form.get(name))


def get_sent_texts(name):
    """Return all texts sent under a name."""
    return request.httprequest.form.getlist(name)


def get_length_errors(*texts):
    """Return what is wrong with texts that are too long, in words for their sender.

    :param texts: pairs of a text and how many characters it may have
    """
    return [
        request.env._("Please write at most %(count)s characters.", count=length)
        for text, length in texts
        if len(text) > length
    ]
