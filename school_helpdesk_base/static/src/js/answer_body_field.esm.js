import {HtmlField, htmlField} from "@html_editor/fields/html_field";
import {registry} from "@web/core/registry";

/*
 * The text of an answer: the cursor is in it as soon as the dialog is open, so that an
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
