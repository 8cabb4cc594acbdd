import {Many2XAutocomplete} from "@web/views/fields/relational_utils";
import {Many2One} from "@web/views/fields/many2one/many2one";
import {
    Many2OneField,
    buildM2OFieldDescription,
} from "@web/views/fields/many2one/many2one_field";
import {registry} from "@web/core/registry";

/*
 * Chooses an asset by code, name, model or room. Agents may search assets this way
 * but not list them, so there is no "search more" that would only fail.
 */
class AssetAutocomplete extends Many2XAutocomplete {
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
