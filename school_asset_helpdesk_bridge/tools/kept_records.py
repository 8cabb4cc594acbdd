"""Records of an addon that stay when it is uninstalled.

Odoo deletes the records that have an xml id of the addon. The xml ids of the kept ones
get another module name, so that a later installation finds these records again.
"""


def keep(env, module, models):
    """Keep the records of these models.

    :param str module: the addon that is being uninstalled
    :param models: names of models
    """
    env["ir.model.data"].search(
        [("module", "=", module), ("model", "in", list(models))]
    ).module = get_kept_module(module)


def take_back(env, module):
    """Give the addon its kept records back, before its data files are loaded."""
    kept = env["ir.model.data"].search([("module", "=", get_kept_module(module))])
    kept.module = module
    # env.ref reads xml ids from the database, not from the cache
    kept.flush_recordset()


def get_kept_module(module):
    """Return the module name of kept xml ids."""
    return f"__{module}_kept__"
