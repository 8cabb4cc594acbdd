import {HtmlField, htmlField} from "@html_editor/fields/html_field";
import {registry} from "@web/core/registry";

/*
 * The field for the text of an answer. It gets the focus when the dialog opens, so that an
 * agent can type at once. Odoo's editor has no such option.
 */
export class AnswerBodyField extends HtmlField {
    onEditorLoad(editor) {
        super.onEditorLoad(editor);
        const {onEditorReady} = editor.config;
        editor.config.onEditorReady = () => {
            onEditorReady?.();
            editor.shared.selection.focusEditable();
        };
    }
}

registry.category("fields").add("answer_body", {
    ...htmlField,
    component: AnswerBodyField,
});
