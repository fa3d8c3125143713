"""Which connection: of a company that has several, each for its own establishments."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    # -------------------------------------------------------------------------
    # ONE ENVIRONMENT
    # -------------------------------------------------------------------------

    @api.constrains("active", "company_id", "environment")
    def _check_one_environment(self):
        """A real invoice must not find its way to the tests, nor a trial to the State."""
        for connection in self.filtered("active"):
            others = self.sudo().search(
                [
                    ("company_id", "=", connection.company_id.id),
                    ("environment", "!=", connection.environment),
                    # Whoever shows archived ones as well works with none of them.
                    ("active", "=", True),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(company)s already works with the environment “%(environment)s” "
                        "(%(connection)s). Archive that connection first.",
                        company=connection.company_id.name,
                        environment=dict(
                            self._fields["environment"]._description_selection(self.env)
                        )[others.environment],
                        connection=others.display_name,
                    )
                )

    # -------------------------------------------------------------------------
    # WHICH ONE
    # -------------------------------------------------------------------------

    @api.model
    def _for_company(self, company):
        """An active connection of this company, or an empty recordset: is there any?

        Anybody who handles an invoice may need to know whether there is one; the record
        comes back with the rights of the user.
        """
        return self._usable(company)[:1]._as_user(self)

    @api.model
    def _for_sending(self, company, move=None):
        """The connection by which an invoice of this company leaves, or an empty one.

        In this order: the one chosen on the invoice, that of its journal, the one that
        sends for the establishment of the company, the first that sends. Of several that
        nobody chose, one that may write now; when none may, it says why.

        :param move: the invoice; None for any
        """
        senders = self._usable(company).filtered("can_send")
        if move and (chosen := senders._chosen_for(move)):
            return chosen._as_user(self)
        if len(senders) > 1:
            senders = senders._sending_for(_identifier(company)) or senders
        if len(senders) > 1:
            senders = senders.filtered(lambda one: one._may_write()) or senders
        return senders[:1]._as_user(self)

    @api.model
    def _about_sending(self, company, move=None):
        """The one that sends, else the one to be told to: what a person looks at."""
        return self._for_sending(company, move) or self._for_company(company)

    def _chosen_for(self, move):
        """Which of these a person chose for this invoice or its journal; or none."""
        asked = move.sudo()
        chosen = (
            asked.l10n_fr_chorus_connection_id._origin,
            asked.journal_id.l10n_fr_chorus_connection_id._origin,
        )
        return next((one for one in chosen if one and one in self), self.browse())

    @api.model
    def _for_receiving(self, company, identifier=None):
        """The connection by which documents of this company come, or an empty one.

        :param identifier: of the establishment they are addressed to; None: the company's
        """
        receivers = self._usable(company).filtered("can_receive")
        structures = receivers.structure_ids.filtered(
            lambda one: (
                one.used_to_receive
                and one.siret == (identifier or _identifier(company))
            )
        )
        return (structures.connection_id[:1] or receivers[:1])._as_user(self)

    def _check_received_by_hand(self):
        """Before a person brings documents into the books of this connection.

        To read it is not enough: a branch reads that of the company above, to send by it.

        :raise AccessError: of a company that the user does not work in at this moment
        :raise UserError: it does not receive
        """
        self.ensure_one()
        self.check_access("read")
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "%(connection)s receives for %(company)s. Choose that company at the "
                    "top of Odoo, or ask somebody who works in it.",
                    connection=self.display_name,
                    company=self.company_id.sudo().name,
                )
            )
        if not (self.active and self.can_receive):
            raise UserError(self.env._("%s does not receive.", self.display_name))

    @api.model
    def _for_questions(self, company):
        """A connection that may ask about bodies, services, engagements; or an empty one.

        Any account may: the one that answers now comes first.
        """
        usable = self._usable(company) or self._of_parents(company)
        if len(usable) > 1:
            usable = usable.sorted(lambda one: (one._is_paused(), one.state != "ok"))
        return usable[:1]._as_user(self)

    @api.model
    def _senders(self, company):
        """All connections an invoice of this company may leave by."""
        return self._usable(company).filtered("can_send")._as_user(self)

    def _usable(self, company):
        """Active connections: its own, else those of its parents that send for it."""
        own = self.sudo().search(
            [("company_id", "=", company.id), ("active", "=", True)]
        )
        return own or self._of_parents(company)._sending_for(_identifier(company))

    def _of_parents(self, company):
        """Connections of the companies this is a branch of, the nearest first."""
        parents = company.sudo().parent_ids - company
        if not parents:
            return self.sudo().browse()
        found = self.sudo().search(
            [("company_id", "in", parents.ids), ("active", "=", True)]
        )
        return found.sorted(lambda one: len(one.company_id.parent_ids), reverse=True)

    def _sending_for(self, identifier):
        """Those that send for this establishment."""
        if not identifier:
            return self.browse()
        return self.filtered(
            lambda connection: any(
                one.used_to_send and one.siret == identifier
                for one in connection.structure_ids
            )
        )

    def _as_user(self, asking):
        return self.sudo(asking.env.su)


def _identifier(company):
    """Of the establishment, on the portal; whoever asks need not see the company."""
    return company.sudo()._l10n_fr_chorus_supplier_identifier()
