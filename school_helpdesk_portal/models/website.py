"""The website around our pages: languages, logo, home page, Odoo's sample content."""

from lxml import etree

from odoo import api, models, tools
from odoo.fields import Domain

#: The address of the front door: what everybody sees first.
FRONT_DOOR = "/helpdesk"
HOME_VIEW = "website.homepage"
FOOTER_VIEW = "website.footer_custom"
COPYRIGHT_VIEW = "website.footer_copyright_company_name"
#: What the page /website/info shows: the addons that are installed.
INFO_VIEW = "website.show_website_info"
#: Pages that Odoo publishes on each new website, other than the home page.
PAGE_VIEWS = ("website.contactus", "website.contactus_thanks")


class Website(models.Model):
    _inherit = "website"

    @api.model
    def _helpdesk_get_languages(self):
        """Return the values of the language switch for each language of this site."""
        return self.get_current_website()._helpdesk_list_languages()

    # writing a website or a language clears this cache
    @tools.ormcache("self.id")
    def _helpdesk_list_languages(self):
        return [
            {
                "code": language.code,
                "url_code": language.url_code,
                "tag": language.code.replace("_", "-"),
                # the name in its own language: "ภาษาไทย" of "Thai / ภาษาไทย"
                "name": language.name.split("/")[-1].strip(),
            }
            for language in self.language_ids
        ]

    # ------------------------------------------------------------------
    # The school's name and logo
    # ------------------------------------------------------------------

    # writing a website, or the name or logo of a company, clears this cache
    @tools.ormcache("self.id")
    def _helpdesk_get_brand(self):
        """Return the school's name and the address of its logo, if it has one.

        :return: dictionary with the keys ``name`` and ``logo``; the address
            is empty if the school has no logo, so that no sample logo is shown
        """
        self.ensure_one()
        name = self.company_id._get_helpdesk_name()
        source = self._helpdesk_get_logo_source()
        return {"name": name, "logo": source and f"{FRONT_DOOR}/logo/{source[-1]}"}

    def _helpdesk_has_own_logo(self):
        """Whether the website itself has a logo, which is not the sample."""
        source = self._helpdesk_get_logo_source()
        return bool(source) and source[0] == self._name

    def _helpdesk_get_logo(self):
        """Return the record and the field of the school's logo, with sudo.

        :return: ``(record, field)``; ``None`` if there is no logo of the school
        """
        source = self._helpdesk_get_logo_source()
        if not source:
            return None
        model, record_id, field, _version = source
        # sudo: website, res.company - the logo is on every public page
        return self.env[model].sudo().browse(record_id), field

    # writing a website, or the logo of a company, clears this cache
    @tools.ormcache("self.id")
    def _helpdesk_get_logo_source(self):
        """Return where the logo is stored: on the website, or else on its company.

        :return: ``(model, id, field, version)``; ``None`` if there is only a sample
        """
        # sudo: website, res.company - the logo is on every public page
        site_sudo = self.sudo()
        company_sudo = site_sudo.company_id
        for record, field, sample in (
            (site_sudo, "logo", self._default_logo()),
            (company_sudo, "logo", company_sudo._get_logo()),
        ):
            if record[field] and record[field] != sample:
                version = int(record.write_date.timestamp())
                return record._name, record.id, field, version
        return None

    # ------------------------------------------------------------------
    # Home page and sample content
    # ------------------------------------------------------------------

    def _helpdesk_replace_samples(self):
        """Replace the home page and the footer if they are still Odoo's samples.

        A website that a school has made keeps its home page, its footer and its pages.
        """
        for website in self:
            if website._helpdesk_has_blank_home():
                website.homepage_url = FRONT_DOOR
            website._helpdesk_switch_off(FOOTER_VIEW)
        self._helpdesk_hide_sample_pages()

    def _helpdesk_restore_samples(self):
        """Give back Odoo's home page and pages to the websites with the front door."""
        websites = self.filtered(lambda site: site._helpdesk_is_home())
        for website in websites:
            website._helpdesk_find_pages().is_published = True
            website._helpdesk_find_view(INFO_VIEW).active = True
        websites.homepage_url = False

    def _helpdesk_hide_sample_pages(self):
        """Hide Odoo's other sample pages, where the help desk is the home page.

        They would tell visitors to write to a company that does not exist. Pages that a
        school has changed stay.
        """
        for website in self.filtered(lambda site: site._helpdesk_is_home()):
            website._helpdesk_switch_off(INFO_VIEW)
            for xmlid in PAGE_VIEWS:
                view = website._helpdesk_find_view(xmlid)
                if not self._helpdesk_is_changed(view):
                    # copies the view and its page for this website
                    view.with_context(website_id=website.id).write({"key": view.key})
                    website._helpdesk_find_pages(xmlid).is_published = False

    def _helpdesk_find_pages(self, *xmlids):
        """Return this website's own copies of Odoo's sample pages."""
        return self.env["website.page"].search(
            Domain("key", "in", xmlids or PAGE_VIEWS)
            & Domain("website_id", "=", self.id)
        )

    def _helpdesk_has_blank_home(self):
        """Whether nobody has made a home page for this website."""
        self.ensure_one()
        if self.homepage_url:
            return False
        pages = self.env["website.page"].search(
            Domain("url", "=", "/") & Domain("website_id", "in", [False, self.id])
        )
        return all(
            page.view_id.key == HOME_VIEW and self._helpdesk_is_blank(page.view_id)
            for page in pages
        )

    @api.model
    def _helpdesk_is_blank(self, view):
        """Whether the page of a view has no content."""
        for area in etree.fromstring(view.arch_db).iter("{*}div"):
            if area.get("id") == "wrap":
                return not len(area) and not (area.text or "").strip()
        return False

    def _helpdesk_switch_off(self, xmlid):
        """Switch off a sample view of Odoo for this website, unless it was changed."""
        view = self._helpdesk_find_view(xmlid)
        if view.active and not self._helpdesk_is_changed(view):
            # a copy for this website: other websites keep the sample
            view.with_context(website_id=self.id).active = False

    @api.model
    def _helpdesk_is_changed(self, view):
        """Whether a view of Odoo was changed, for all websites or for one."""
        return bool(view.website_id or view.arch_updated)

    def _helpdesk_find_view(self, xmlid):
        view = self.with_context(website_id=self.id).viewref(
            xmlid, raise_if_not_found=False
        )
        return view or self.env["ir.ui.view"]

    # changing a view clears this cache
    @tools.ormcache("self.id", cache="templates")
    def _helpdesk_has_own_copyright(self):
        """Whether the line at the end of each page is not Odoo's sample."""
        # sudo: ir.ui.view - whether it was changed, for a page of anybody
        view = self.sudo()._helpdesk_find_view(COPYRIGHT_VIEW)
        return view.active and self._helpdesk_is_changed(view)

    def _helpdesk_is_home(self):
        """Whether the help desk is this website's home page."""
        return self.homepage_url == FRONT_DOOR
