import {Many2XAutocomplete} from "@web/views/fields/relational_utils";
import {Many2One} from "@web/views/fields/many2one/many2one";
import {
    Many2OneField,
    buildM2OFieldDescription,
} from "@web/views/fields/many2one/many2one_field";
import {registry} from "@web/core/registry";
import {useSubEnv} from "@odoo/owl";

/*
 * A field to choose an asset by code, name, model or room. Agents may search assets
 * by name but not list them. So the field has no "Search more...", and on a phone it
 * does not open that list either.
 */
class AssetAutocomplete extends Many2XAutocomplete {
    setup() {
        super.setup();
        useSubEnv({isSmall: false});
    }

    addSearchMoreSuggestion() {
        return false;
    }
}

class AssetMany2One extends Many2One {
    static components = {
        ...Many2One.components,
        Many2XAutocomplete: AssetAutocomplete,
    };
}

export class AssetPickerField extends Many2OneField {
    static components = {...Many2OneField.components, Many2One: AssetMany2One};
}

registry.category("fields").add("asset_picker", {
    ...buildM2OFieldDescription(AssetPickerField),
});
