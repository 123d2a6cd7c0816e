//! What withdrawing a consent does: said before it is done, and the same when it is.

use super::LegalBasis;
use crate::handover::{Hold, Source, SourcePhase};
use crate::{Kommunekode, TransferId};

/// What a withdrawal does, as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalEffect {
    /// Nothing rests on the consent: nothing will be sent on it from now on.
    StopsSending,
    /// This handover rests on it and is not committed: it will be stopped.
    StopsHandover(TransferId),
    /// This handover rests on it, and its commit is on its way: whichever the log has first wins.
    RacesCommit(TransferId),
    /// This handover rests on it and is being stopped already.
    HandoverStopsAlready(TransferId),
    /// The plan is another municipality's, or came from the one that it was given to.
    TooLate,
    /// It was withdrawn before.
    WithdrawnAlready,
}

impl LegalBasis {
    /// What withdrawing this consent does at a municipality, where the case stands there, and the handover under way
    /// that rests on it.
    pub fn withdrawal_effect(
        &self,
        at: Kommunekode,
        hold: Hold,
        resting: Option<&Source>,
    ) -> WithdrawalEffect {
        if self.draft.from != at || !hold.is_readable() {
            return WithdrawalEffect::TooLate;
        }
        match resting.map(|source| (source.transfer, &source.phase)) {
            Some((transfer, SourcePhase::Offered { .. } | SourcePhase::Frozen { .. })) => {
                WithdrawalEffect::StopsHandover(transfer)
            }
            Some((transfer, SourcePhase::Committing { .. })) => WithdrawalEffect::RacesCommit(transfer),
            Some((transfer, SourcePhase::Aborting { .. })) => {
                WithdrawalEffect::HandoverStopsAlready(transfer)
            }
            Some((_, SourcePhase::Pending { .. } | SourcePhase::HandedOver { .. })) => {
                WithdrawalEffect::TooLate
            }
            None | Some((_, SourcePhase::Aborted { .. })) if self.withdrawal.is_some() => {
                WithdrawalEffect::WithdrawnAlready
            }
            None | Some((_, SourcePhase::Aborted { .. })) => WithdrawalEffect::StopsSending,
        }
    }
}

impl WithdrawalEffect {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::StopsSending => "stops_sending",
            Self::StopsHandover(_) => "stops_handover",
            Self::RacesCommit(_) => "races_commit",
            Self::HandoverStopsAlready(_) => "handover_stops_already",
            Self::TooLate => "too_late",
            Self::WithdrawnAlready => "withdrawn_already",
        }
    }

    /// The handover that it does it to.
    pub fn transfer(self) -> Option<TransferId> {
        match self {
            Self::StopsHandover(transfer)
            | Self::RacesCommit(transfer)
            | Self::HandoverStopsAlready(transfer) => Some(transfer),
            Self::StopsSending | Self::TooLate | Self::WithdrawnAlready => None,
        }
    }

    /// What it does, in Danish, for whoever is about to decide and for the citizen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::StopsSending => {
                "Ingen overdragelse hviler på samtykket nu. Når det er trukket tilbage, kan planen ikke sendes på det."
            }
            Self::StopsHandover(_) => {
                "En overdragelse, der er i gang, hviler på samtykket og er ikke besluttet. Når det er trukket tilbage, \
                 stoppes overdragelsen, og planen bliver i kommunen."
            }
            Self::RacesCommit(_) => {
                "En overdragelse hviler på samtykket og er ved at blive besluttet. Når det er trukket tilbage, forsøges \
                 overdragelsen stoppet. Er den besluttet forinden, er planen modtagerens, og at føre den tilbage er en \
                 ny overdragelse. Svaret står i forløbet."
            }
            Self::HandoverStopsAlready(_) => {
                "En overdragelse hviler på samtykket og er allerede ved at blive stoppet. Når det er trukket tilbage, \
                 kan planen ikke sendes på det igen."
            }
            Self::TooLate => {
                "Det er for sent: overdragelsen er besluttet, og planen er modtagerens. Det, der er sendt, bliver hos \
                 modtageren på dens eget retsgrundlag. At føre planen tilbage er en ny overdragelse."
            }
            Self::WithdrawnAlready => "Samtykket er allerede trukket tilbage. Der sker ikke mere.",
        }
    }
}
