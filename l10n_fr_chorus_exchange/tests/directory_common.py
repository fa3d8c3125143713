"""Files of the directory, and a run that reads them."""

from odoo.tests import new_test_user

from .common import ChorusCase

TITLES = (
    "TypeIdentifiant;Identifiant;RaisonSociale;GestionStatutMiseEnPaiement;"
    "GestionEngagement;GestionService;GestionServiceEngagement;EstMOA;EstMOAUniquement;"
    "StructureActive;Adresse;ComplementAdresse1;ComplementAdresse2;CodePostal;Ville;"
    "CodePays"
)
SERVICE_TITLES = "idService;Identifiant;RaisonSociale;Code;Nom;GestionEGMT;ServiceActif"


def siret(rank):
    return f"2199{rank:04}200019"


def body(rank, name="", active="true", service="false", town="Modeleville"):
    name = name or f"Commune {rank}"
    return (
        f"SIRET;{siret(rank)};{name};true;false;{service};false;false;false;{active};"
        f"{rank} rue de l'Essai;Bâtiment A;Porte 2;99999;{town};FR"
    )


def service(rank, code, portal_id, engagement="false", active="true"):
    return f"{portal_id};{siret(rank)};;{code};Service {code};{engagement};{active}"


def csv(titles, *lines):
    return "\n".join([titles, *lines, ""]).encode()


class DirectoryCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bodies = cls.env["l10n_fr_chorus.body"].with_context(active_test=False)
        cls.runs = cls.env["l10n_fr_chorus.directory.import"].sudo()
        cls.accountant = new_test_user(
            cls.env,
            login="directory_manager",
            groups="l10n_fr_chorus_exchange.group_administrator",
            company_id=cls.supplier.id,
            company_ids=[(6, 0, cls.supplier.ids)],
        )

    def start(self, *files, name="annuaire.csv", **values):
        """A run that waits for the cron."""
        attachments = self.env["ir.attachment"].create(
            [{"name": name, "raw": content} for content in files]
        )
        return self.runs._start(
            {"name": name, "attachment_ids": [(6, 0, attachments.ids)], **values}
        )

    def load(self, *files, **values):
        """A run that went through."""
        run = self.start(*files, **values)
        self.run_cron("ir_cron_directory")
        return run

    def body(self, rank):
        return self.bodies.search([("identifier", "=", siret(rank))])

    def counts(self, run):
        return run.created_count, run.changed_count, run.closed_count, run.bad_count
