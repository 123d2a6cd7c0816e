//! Why nothing was counted, each with a stable code and what to do.

use enplan_domain::Kommunekode;
use enplan_registry::Unavailable;
use enplan_statistics::Epoch;
use enplan_statistics::ledger::Refused;
use enplan_statistics::measure::NotMeasured;
use enplan_statistics::membership::NotPlaced;
use enplan_vault::{VaultError, WriteError};

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum CountingError {
    /// No manifest has every member's agreement.
    #[error("no manifest has been agreed to by every member")]
    NoManifest,
    /// The epoch goes on.
    #[error("epoch {0} has not ended")]
    NotEnded(Epoch),
    /// It has been released: nothing is counted twice.
    #[error("epoch {0} has been released already")]
    Released(Epoch),
    /// This municipality had not frozen its counts when the epoch was started.
    #[error("this municipality takes no part in epoch {0}: it had not frozen its counts when it was started")]
    TakesNoPart(Epoch),
    /// What was frozen here is not what the registry holds this node to.
    #[error("what was frozen here for epoch {0} is not what this node committed to")]
    AnotherFreeze(Epoch),
    /// The registry has not yet confirmed what this node owns, or a case is not served.
    #[error("not every citizen here can be counted now")]
    NotServed,
    /// What is stored of a citizen can't be counted.
    #[error("what is stored of a case can't be counted")]
    Uncountable,
    /// The manifest asks for what this program does not count.
    #[error("the manifest asks for what this program does not count")]
    NotMeasured(#[from] NotMeasured),
    /// Somebody stands in no cell.
    #[error("a citizen stands in no cell of the manifest")]
    NotPlaced(#[from] NotPlaced),
    /// What the registry's rules say.
    #[error("the registry refused")]
    Refused(#[from] Refused),
    /// The registry could not be reached.
    #[error("the registry could not be reached")]
    Registry(#[from] Unavailable),
    /// Participants that can't be reached: their counts can't be had, and without them nothing is computed.
    #[error("participants can't be reached")]
    Away(Vec<Kommunekode>),
    /// The computation was stopped on a node.
    #[error("the computation was stopped by municipality {at}: {why}")]
    Stopped {
        /// Where.
        at: Kommunekode,
        /// Why. Names no count.
        why: String,
    },
    /// It took longer than any computation does.
    #[error("the computation did not end in time")]
    Slow,
    /// Another computation is under way here.
    #[error("another computation is under way")]
    UnderWay,
    /// No such computation here.
    #[error("no such computation is under way here")]
    NoSuchComputation,
    /// The vault.
    #[error("the vault could not be read")]
    Vault(#[from] VaultError),
    /// The vault.
    #[error("the vault could not be written")]
    Write(#[from] WriteError),
}

impl CountingError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoManifest => "NO_MANIFEST",
            Self::NotEnded(_) => "EPOCH_NOT_ENDED",
            Self::Released(_) => "EPOCH_RELEASED",
            Self::TakesNoPart(_) => "TAKES_NO_PART",
            Self::AnotherFreeze(_) => "ANOTHER_FREEZE",
            Self::NotServed => "NOT_SERVED",
            Self::Uncountable => "UNCOUNTABLE",
            Self::NotMeasured(_) => "NOT_MEASURED",
            Self::NotPlaced(_) => "NOT_PLACED",
            Self::Refused(refused) => match refused {
                Refused::NotACube(_) => "NOT_A_MANIFEST",
                Refused::NotTheNext { .. } => "NOT_THE_NEXT_MANIFEST",
                Refused::NoSuchManifest(_) => "NO_SUCH_MANIFEST",
                Refused::NotInForce(_) => "NO_MANIFEST",
                Refused::Past(_) => "EPOCH_PASSED",
                Refused::Started(_) => "EPOCH_STARTED",
                Refused::TooFew { .. } => "TOO_FEW_NODES",
                Refused::NotStarted(_) => "EPOCH_NOT_STARTED",
                Refused::Released(_) => "EPOCH_RELEASED",
                Refused::WrongShape | Refused::TooFewSignatures { .. } => "RELEASE_REFUSED",
            },
            Self::Registry(_) => "NO_MAJORITY",
            Self::Away(_) => "PARTICIPANTS_AWAY",
            Self::Stopped { .. } => "COMPUTATION_STOPPED",
            Self::Slow => "COMPUTATION_SLOW",
            Self::UnderWay => "COMPUTATION_UNDER_WAY",
            Self::NoSuchComputation => "NO_SUCH_COMPUTATION",
            Self::Vault(_) | Self::Write(_) => "VAULT_FAILED",
        }
    }

    /// What to do, in Danish.
    pub fn what_to_do(&self) -> String {
        match self {
            Self::NoManifest | Self::Refused(Refused::NotInForce(_)) => {
                "Der er endnu ingen aftale om, hvad kommunerne tæller. Hver kommunes databeskyttelsesrådgiver skal sige ja \
                 med `enplan statistics manifest approve`."
                    .to_owned()
            }
            Self::NotEnded(epoch) => {
                format!("{} er ikke slut. Der tælles først, når kvartalet er forbi.", epoch.danish())
            }
            Self::Released(epoch) | Self::Refused(Refused::Released(epoch)) => format!(
                "{} er talt og offentliggjort, og tælles ikke igen. Se det med `enplan statistics list`.",
                epoch.danish()
            ),
            Self::TakesNoPart(epoch) | Self::Refused(Refused::Started(epoch)) => format!(
                "Kommunen er ikke med i {}: den havde ikke låst sine tal, da optællingen begyndte. Bed en af deltagerne om at \
                 gøre den færdig.",
                epoch.danish()
            ),
            Self::AnotherFreeze(_) => {
                "Noden har ikke længere de tal, den bandt sig til: den er genskabt fra en ældre kopi. Kontakt driften."
                    .to_owned()
            }
            Self::NotServed => {
                "Noden kan ikke tælle alle sine borgere lige nu. Se `enplan node status`, og prøv igen.".to_owned()
            }
            Self::Uncountable | Self::NotMeasured(_) | Self::NotPlaced(_) => {
                "Kommunens borgere kan ikke tælles efter aftalen. Kontakt driften; programmet skal måske opdateres."
                    .to_owned()
            }
            Self::Refused(Refused::TooFew { have, need, .. }) => format!(
                "For få kommuner kan nås: {have} har låst deres tal, og der skal være mindst {need}. Prøv igen, når flere noder \
                 svarer."
            ),
            Self::Refused(Refused::Past(_)) => {
                "Et senere kvartal er begyndt. Tidligere kvartaler kan ikke tælles mere.".to_owned()
            }
            Self::Refused(_) => {
                "Registret tog ikke imod det. Se `enplan statistics manifest list` og `enplan statistics list`.".to_owned()
            }
            Self::Registry(_) => {
                "Et flertal af kommunernes noder kan ikke nås. Intet er ændret. Prøv igen senere.".to_owned()
            }
            Self::Away(who) => {
                let names: Vec<String> = who.iter().map(|code| code.called()).collect();
                format!(
                    "Kan ikke nå {}. Uden deres tal kan kvartalet ikke tælles færdigt; prøv igen, når noden svarer.",
                    names.join(", ")
                )
            }
            Self::Stopped { at, .. } => format!(
                "Optællingen blev stoppet af noden i {}: noget passede ikke. Intet er offentliggjort. Kontakt driften der.",
                at.called()
            ),
            Self::Slow => "Optællingen blev ikke færdig i tide. Intet er offentliggjort. Prøv igen.".to_owned(),
            Self::UnderWay | Self::NoSuchComputation => {
                "En anden optælling er i gang. Vent, til den er færdig.".to_owned()
            }
            Self::Vault(_) | Self::Write(_) => {
                "Nodens data kunne ikke læses eller skrives. Intet er offentliggjort. Kontakt driften.".to_owned()
            }
        }
    }
}
