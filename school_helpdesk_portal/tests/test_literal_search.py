"""Searches on lists of articles, devices and so on find just what is typed."""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.literal_search_common import (
    LiteralSearchCase,
)


@tagged("post_install", "-at_install")
class TestLiteralSearch(LiteralSearchCase):
    prefixes = ("helpdesk.", "asset.asset", "asset.category", "asset.location")

    def test_every_list(self):
        models = self._get_models()
        self.assertIn("asset.asset", [model._name for model in models])
        self.assertIn("helpdesk.article", [model._name for model in models])
        self.assertGreater(sum(map(self._assert_literal, models)), 120)

    def test_articles_and_devices(self):
        category = self.env["asset.category"].create({"name": "Screens"})
        for typed, found, other in (
            ("5%", "Toner at 5%", "Toner at 50"),
            ("file_1", "Open file_1", "Open file-1"),
            ("\\\\nas", "Path \\\\nas\\x", "Path nas"),
        ):
            articles = self.env["helpdesk.article"].create(
                [{"title": found}, {"title": other}]
            )
            assets = self.env["asset.asset"].create(
                [
                    {"asset_code": name, "name": name, "category_id": category.id}
                    for name in (found, other)
                ]
            )
            for records, field in (
                (articles, "title"),
                (articles, "words"),
                (articles, "display_name"),
                (assets, "name"),
                (assets, "asset_code"),
                (assets, "display_name"),
            ):
                with self.subTest(typed=typed, model=records._name, field=field):
                    result = records.search([(field, "ilike", typed)]) & records
                    self.assertEqual(result, records[0])
