import logging

from odoo import models
from odoo.exceptions import UserError

from ..tools import pdf_checks, schematron
from .en16931.dialects import REFORM
from .pdf_sentences import pdf_sentence

_logger = logging.getLogger(__name__)

# A document of the direct dialect breaks two rules of BR-FR by design.
RULES = {False: ("en16931",), True: ("en16931", "br-fr")}
MOST_SENTENCES = 10


class AccountMove(models.Model):
    """The finished document, held against the official rules."""

    _inherit = "account.move"

    def _l10n_fr_chorus_schematron_problems(self, xml, form, dialect=None):
        """Rules of EN 16931 (and of BR-FR in the reform) that a document breaks.

        :param bytes xml: the CII or UBL of this invoice
        :param str form: ``facturx``, ``cii`` or ``ubl``
        :param str dialect: ``direct`` or ``reform``; by default what the settings of
            the company say for the date of the invoice
        :return: sentences with the id of each rule; empty when none is broken or the
            company does not want this check
        :raise tools.schematron.Unavailable: the rules could not be run
        """
        self.ensure_one()
        if not self.company_id.l10n_fr_chorus_schematron:
            return []
        company = self.company_id
        dialect = dialect or company._l10n_fr_chorus_dialect_on(self.invoice_date)
        grammar = "ubl" if form == "ubl" else "cii"
        sentences = []
        for rules in RULES[dialect == REFORM]:
            for violation in schematron.check(xml, f"{rules}-{grammar}"):
                if violation.fatal:
                    sentences.append(self._l10n_fr_chorus_broken_rule(violation))
                else:
                    # An element that CII demands and that is empty makes one each time.
                    _logger.debug(
                        "Chorus Pro: invoice %s, warning of %s: %s",
                        self.id,
                        violation.rule,
                        violation.text,
                    )
        return list(dict.fromkeys(sentences))[:MOST_SENTENCES]

    def _l10n_fr_chorus_broken_rule(self, violation):
        if violation.rule in (schematron.GRAMMAR, schematron.ENGINE):
            return self.env._(
                "The document has a value that its format does not allow: %s",
                violation.text,
            )
        return self.env._(
            "Rule %(rule)s is not met: %(text)s (official text)",
            rule=violation.rule,
            text=violation.text,
        )

    def _l10n_fr_chorus_check_norm(self, xml, form, dialect=None):
        """Refuse a document that breaks the rules, before it is frozen.

        Rules that cannot be run do not keep an invoice from going: that they were not
        is told on the settings, in Send & Print and, when the engine fails on this very
        invoice, in its chatter.

        :raise UserError: the broken rules, one line each
        """
        try:
            problems = self._l10n_fr_chorus_schematron_problems(xml, form, dialect)
        except schematron.Unavailable as error:
            _logger.info("Chorus Pro: invoice %s, rules not run: %s", self.id, error)
            if not error.is_lasting:
                self._message_log(
                    body=self.env._(
                        "Sent to Chorus Pro without the check of EN 16931: %s",
                        self.env["res.company"]._l10n_fr_chorus_obstacle(error),
                    )
                )
            return
        if problems:
            raise UserError(
                self.env._(
                    "%(invoice)s does not respect the standard:\n%(problems)s",
                    invoice=self.display_name,
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )

    def _l10n_fr_chorus_check_pdf(self, pdf):
        """Refuse a file that is not a Factur-X: a PDF/A-3 with its invoice inside.

        What could be mended has been (``tools.pdf_archival``). Not asked of the other
        roads: the page that goes along with CII or UBL, and the PDF that goes with its
        figures, are plain PDFs.

        :param bytes pdf: the finished Factur-X
        :raise UserError: what is wrong with the file, and the ways out
        """
        found = pdf_checks.problems(pdf)
        if not found:
            return
        _logger.info(
            "Chorus Pro: invoice %s not made into a Factur-X: %s",
            self.id,
            "; ".join(map(str, found)),
        )
        raise UserError(
            self.env._(
                "The PDF of %(invoice)s cannot become a Factur-X. %(problems)s Mend the "
                "report or the PDF, or have this invoice sent otherwise: CII, UBL (on "
                "the customer) or as a PDF with its figures (in the settings).",
                invoice=self.display_name,
                problems=" ".join(pdf_sentence(self.env, one) for one in found),
            )
        )
