"""The audit file of an invoice, made while it is downloaded."""

import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

# Larger ones are written to disk, and go from there.
IN_MEMORY = 5_000_000


class AuditFileController(http.Controller):
    @http.route(
        "/l10n_fr_chorus/audit/<int:move_id>", type="http", auth="user", readonly=True
    )
    def audit_file(self, move_id):
        """The ZIP, for who may read the invoice and its deposits; else "not found"."""
        move = request.env["account.move"].browse(move_id)
        try:
            move._l10n_fr_chorus_check_audit()
        except (AccessError, MissingError, UserError) as error:
            # Whether it exists is nobody else's business.
            raise request.not_found() from error
        # Closed by the server, at the end of the answer.
        target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        move._l10n_fr_chorus_write_audit(target)
        size = target.tell()
        target.seek(0)
        response = request.make_response(
            wrap_file(request.httprequest.environ, target),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", str(size)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
                (
                    "Content-Disposition",
                    content_disposition(move._l10n_fr_chorus_audit_name()),
                ),
            ],
        )
        response.direct_passthrough = True
        return response
