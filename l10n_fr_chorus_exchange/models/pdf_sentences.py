"""The one table between what is wrong inside a PDF and what a person reads."""

from odoo.tools.translate import LazyTranslate

from ..tools.pdf_checks import Fault

_lt = LazyTranslate(__name__)

# Each a sentence; what has to be done about it follows them all.
PDF_WORDS = {
    Fault.UNREADABLE: _lt("The file cannot be read."),
    Fault.ENCRYPTED: _lt("The file is encrypted."),
    Fault.NO_INVOICE: _lt("The file holds no factur-x.xml."),
    Fault.EMPTY_INVOICE: _lt("Its factur-x.xml is empty."),
    Fault.LARGE_INVOICE: _lt("Its factur-x.xml is too large."),
    Fault.NOT_XML: _lt("Its factur-x.xml is not XML."),
    Fault.UNKNOWN_PROFILE: _lt("Its factur-x.xml states no known profile."),
    Fault.NOT_ASSOCIATED: _lt("Its factur-x.xml is not declared in the catalogue."),
    Fault.NO_RELATION: _lt("Its factur-x.xml is not linked to the page."),
    Fault.NO_METADATA: _lt("The file has no readable XMP metadata."),
    Fault.OTHER_PROFILE: _lt("Its metadata state another profile than the invoice."),
    Fault.NOT_NAMED: _lt("Its metadata do not name factur-x.xml."),
    Fault.NO_VERSION: _lt("Its metadata do not state the version of Factur-X."),
    Fault.NOT_DECLARED: _lt("The file is not declared as PDF/A-3."),
    Fault.NO_LEVEL: _lt("The file does not state its level of PDF/A-3."),
    Fault.NO_COLOURS: _lt("The file does not say what its colours mean."),
    Fault.NO_IDENTIFIER: _lt("The file has no identifier."),
    Fault.ACTIONS: _lt("The file holds JavaScript or other actions."),
    Fault.BARE_FONTS: _lt("Fonts are not embedded in the file."),
    Fault.HIDDEN_NOTES: _lt("A link or a note is hidden or not printed."),
    Fault.LZW: _lt("A part of the file is compressed with LZW."),
}


def pdf_sentence(env, problem):
    """What is wrong with the file, in the language of the reader.

    :param PdfProblem problem: of ``tools.pdf_checks``
    :return str: a sentence, the technical part behind it
    """
    words = env._(PDF_WORDS[problem.fault])
    return f"{words} ({problem.detail})" if problem.detail else words
