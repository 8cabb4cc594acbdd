"""The data that form_sender.esm.js needs to send a form."""

from odoo.http import request


def prepare_sender(errors):
    """Return the attributes of a form that form_sender.esm.js sends.

    :param errors: the error messages if the form is shown again
    """
    env = request.env
    return {
        "data-draft-owner": env.uid,
        "data-draft-answered": "true" if errors else None,
        "data-remove": env._("Remove this file"),
        "data-offline": env._(
            "It could not be sent. What you typed is kept: try again when you are back "
            "on the network."
        ),
        "data-expired": env._(
            "It has not been sent yet, because you had to sign in again. Please send "
            "it again."
        ),
        "data-too-large": env._("These files are too large to be sent together."),
    }
