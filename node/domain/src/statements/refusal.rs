//! Why a statement was not taken over.

/// Why nothing was done about a statement. That the plan's own rules say no is [`crate::plan::PlanRefusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefusal {
    /// None of that name waits: it was never heard, or is dropped.
    #[error("no such statement waits in this case")]
    NoSuchStatement,
    /// It was dismissed.
    #[error("the statement was dismissed")]
    Dismissed,
    /// Its source took it back.
    #[error("the statement's source says that it no longer holds")]
    NoLongerSo,
    /// Who cooperates and who acts is shown as it is said.
    #[error("the statement is information, and nothing to take over")]
    Information,
    /// The report's codes say nothing that a plan has a word for.
    #[error("what the other is to the citizen can't be told from the report's codes")]
    KinshipMissing,
    /// Nobody says why.
    #[error("a statement is dismissed for a reason")]
    ReasonMissing,
    /// A relation without the sector that knows it.
    #[error("a relation belongs to a sector")]
    SectorMissing,
    /// A consent that says no.
    #[error("the citizen refused consent")]
    ConsentRefused,
    /// A consent that doesn't say whose it is.
    #[error("the consent does not say who gave it")]
    ConsentWithoutGiver,
    /// A consent that doesn't say who may send.
    #[error("the consent does not say who may send")]
    ConsentWithoutSender,
    /// A consent that doesn't say how it was given.
    #[error("the consent does not say how it was given")]
    ConsentWithoutForm,
}

impl StatementRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSuchStatement => "STATEMENT_NOT_FOUND",
            Self::Dismissed => "STATEMENT_DISMISSED",
            Self::NoLongerSo => "STATEMENT_NO_LONGER_SO",
            Self::Information => "STATEMENT_IS_INFORMATION",
            Self::KinshipMissing => "STATEMENT_KINSHIP_MISSING",
            Self::ReasonMissing => "STATEMENT_REASON_MISSING",
            Self::SectorMissing => "STATEMENT_SECTOR_MISSING",
            Self::ConsentRefused => "STATED_CONSENT_REFUSED",
            Self::ConsentWithoutGiver => "STATED_CONSENT_WITHOUT_GIVER",
            Self::ConsentWithoutSender => "STATED_CONSENT_WITHOUT_SENDER",
            Self::ConsentWithoutForm => "STATED_CONSENT_WITHOUT_FORM",
        }
    }

    /// What to do about it, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::NoSuchStatement => {
                "Ingen oplysning med det id venter i sagen. `enplan statement list` viser dem, der gør; en, ingen tog stilling \
                 til, er slettet efter fristen."
            }
            Self::Dismissed => {
                "Oplysningen er afvist og slettet. Skriv relationen med `enplan plan add-relation`, hvis den alligevel hører \
                 til i planen."
            }
            Self::NoLongerSo => {
                "Kilden siger, at det ikke gælder mere. Afslut det i planen, hvis det står der, og afvis oplysningen."
            }
            Self::Information => {
                "Det er til orientering og står på planen. Afvis det med `enplan statement dismiss`, hvis det er forkert."
            }
            Self::KinshipMissing => {
                "Rapportens kode svarer ikke til en relation, planen har. Vælg en med --kinship, eller afvis oplysningen."
            }
            Self::ReasonMissing => "Skriv med --reason, hvorfor oplysningen afvises.",
            Self::SectorMissing => "Skriv med --sector, hvilken sektor der kender relationen.",
            Self::ConsentRefused => "Borgeren har sagt nej. Der er ikke noget samtykke at tage over.",
            Self::ConsentWithoutGiver => {
                "Rapporten siger ikke, hvem der har givet samtykket. Spørg, og registrer det med `enplan consent record`."
            }
            Self::ConsentWithoutSender => {
                "Rapporten siger ikke, hvilken kommune der må sende oplysninger. Et generelt samtykke er ikke et grundlag: spørg, \
                 og registrer det med `enplan consent record`."
            }
            Self::ConsentWithoutForm => {
                "Rapporten siger ikke, hvordan samtykket er givet. Spørg, og registrer det med `enplan consent record`."
            }
        }
    }
}
