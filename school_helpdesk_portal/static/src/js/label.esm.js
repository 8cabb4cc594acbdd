// The address of a scan page, from the text of a QR code.

const LABEL = /\/helpdesk\/scan\/([\w-]+)[/.\s]*$/;

/**
 * Return the path of the scan page on this server, or null for another code. Only the
 * token of the code is used, so that no code leads to another site.
 */
export function readLabel(text) {
    const found = LABEL.exec(text);
    return found && `/helpdesk/scan/${found[1]}`;
}
