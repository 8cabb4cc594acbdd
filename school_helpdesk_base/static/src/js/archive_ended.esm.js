/**
 * Only ended tickets can be archived: an open one would vanish from the queue while its
 * requester still waits for an answer.
 */

const ENDED = ["resolved", "closed", "cancelled"];

/**
 * Extend a controller so that its menu offers Archive only for ended tickets.
 *
 * @param {Function} Controller controller of a form, a list or a kanban view
 * @returns {Function}
 */
export const withoutArchivingOpen = (Controller) =>
    class extends Controller {
        getStaticActionMenuItems() {
            const items = super.getStaticActionMenuItems();
            const {archive} = items;
            return {
                ...items,
                archive: {
                    ...archive,
                    isAvailable: () => archive.isAvailable() && this.isEnded,
                },
            };
        }

        get isEnded() {
            const {root} = this.model;
            if (root.isDomainSelected) {
                // Not all of the tickets are known
                return false;
            }
            const tickets = root.selection || [root];
            return tickets.every(({data}) => ENDED.includes(data.status_category));
        }
    };
