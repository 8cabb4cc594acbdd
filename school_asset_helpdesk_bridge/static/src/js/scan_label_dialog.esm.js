import {
    BarcodeVideoScanner,
    isBarcodeScannerSupported,
} from "@web/core/barcode/barcode_video_scanner";
import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

/* Removes the core's crop frame: it is flat, for bar codes, and QR codes are square. */
class WholePicture extends Component {
    static template = "school_asset_helpdesk_bridge.WholePicture";
    static props = ["*"];
}

class LabelScanner extends BarcodeVideoScanner {
    static components = {...BarcodeVideoScanner.components, CropOverlay: WholePicture};
}

/*
 * Reads a label: from the camera, from a scanner that types like a keyboard, or from
 * pasted text. It stays open after an invalid label, so that the user can try again.
 */
export class ScanLabelDialog extends Component {
    static template = "school_asset_helpdesk_bridge.ScanLabelDialog";
    static components = {Dialog, LabelScanner};
    static props = {
        close: Function,
        /* Returns a promise of the server's answer, false if the label is not valid */
        find: Function,
        onFound: Function,
    };

    setup() {
        this.state = useState({
            camera: isBarcodeScannerSupported(),
            cameraMessage: _t(
                "The camera is not available here. It needs a browser with a camera, and an address that starts with https."
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
        // The camera still sees the label that was just refused
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
            // Select the text, so that the next scan replaces it
            this.input.el?.select();
            this.state.message = _t(
                "This label is not valid: its code is unknown, or was replaced or revoked. Choose the device by its printed code, and print a new label."
            );
        } finally {
            this.busy = false;
        }
    }
}
