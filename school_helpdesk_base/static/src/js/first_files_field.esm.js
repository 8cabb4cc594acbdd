import {Component} from "@odoo/owl";
import {FileModel} from "@web/core/file_viewer/file_model";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useFileViewer} from "@web/core/file_viewer/file_viewer_hook";

/*
 * The files of a report: pictures as thumbnails, which open in Odoo's viewer, and links
 * to the others.
 */
export class FirstFilesField extends Component {
    static template = "school_helpdesk_base.FirstFilesField";
    static props = {...standardFieldProps};

    setup() {
        this.viewer = useFileViewer();
    }

    get files() {
        const files = this.props.record.data[this.props.name] || [];
        return files.map((file) =>
            Object.assign(new FileModel(), {...file, type: "binary"})
        );
    }

    open(file, files) {
        this.viewer.open(file, files);
    }
}

registry.category("fields").add("first_files", {
    component: FirstFilesField,
    supportedTypes: ["json"],
});
