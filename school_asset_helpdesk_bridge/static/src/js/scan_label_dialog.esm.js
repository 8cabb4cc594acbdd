import {
    BarcodeVideoScanner,
    isBarcodeScannerSupported,
} from "@web/core/barcode/barcode_video_scanner";
import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

/* A QR code is square: the core's flat frame for bar codes would cut it off. */
class WholePicture extends Component {
    static template = "school_asset_helpdesk_bridge.WholePicture";
    static props = ["*"];
}

class LabelScanner extends BarcodeVideoScanner {
    static components = {...BarcodeVideoScanner.components, CropOverlay: WholePicture};
}

/*
 * Reads a label: with the camera, with a scanner that types like a keyboard, or from
 * what somebody pasted. It stays open until a label is known, so that the next try
 * costs nothing.
 */
export class ScanLabelDialog extends Component {
    static template = "school_asset_helpdesk_bridge.ScanLabelDialog";
    static components = {Dialog, LabelScanner};
    static props = {
        close: Function,
        /* Returns a promise of what the server knows of a label, false for nothing */
        find: Function,
        onFound: Function,
    };

    setup() {
        this.state = useState({
            camera: isBarcodeScannerSupported(),
            cameraMessage: _t(
                "The camera is not available here: it takes a browser with a camera and an address that begins with https."
            ),
            label: "",
            message: "",
        });
        this.refused = null;
        this.busy = false;
        this.input = useAutofocus();
    }

    onCameraError(error) {
        this.state.camera = false;
        this.state.cameraMessage = error.message;
    }

    onSeen(label) {
        // The camera goes on seeing the label that was just refused
        if (label !== this.refused) {
            this.find(label);
        }
    }

    onSubmit() {
        const label = this.state.label.trim();
        if (label) {
            this.find(label);
        }
    }

    async find(label) {
        if (this.busy) {
            return;
        }
        this.busy = true;
        try {
            const found = await this.props.find(label);
            if (found) {
                this.props.close();
                await this.props.onFound(found);
                return;
            }
            this.refused = label;
            // What a scanner types next takes its place
            this.input.el?.select();
            this.state.message = _t(
                "This is no valid label: its code is unknown, or it was replaced or revoked. Choose the device by its printed code, and print a new label."
            );
        } finally {
            this.busy = false;
        }
    }
}
