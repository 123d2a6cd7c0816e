//! Who of a family can be offered to one receiver today: each on a legal basis of their own, or not yet.
//!
//! A caseworker offers those who can go in one act. What decides for each is what is recorded for that person alone: no
//! consent is another's, and nobody goes because the others do. Where somebody protected lives is not to be found out by
//! trying receivers, so they go only on a basis that is named.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::basis::{BasisProblem, LegalBasis};
use crate::plan::Plan;
use crate::relocation::{Docket, Place};
use crate::{BasisId, CaseHandle, CaseId, Kommunekode, TransferId, danish_day};

/// Somebody of the family, whose plan the caller may see.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'p> {
    /// The case here.
    pub case: CaseId,
    /// The name that both sides of a handover know it by.
    pub handle: CaseHandle,
    /// The plan.
    pub plan: &'p Plan,
    /// What is known of where they live.
    pub docket: &'p Docket,
    /// The handover that they are under already.
    pub under_way: Option<UnderWay>,
}

/// A handover that somebody is under already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderWay {
    /// Which.
    pub transfer: TransferId,
    /// Whether it is one of this family's to this receiver.
    pub together: bool,
}

/// What a caseworker asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    me: Kommunekode,
    to: Kommunekode,
    now: Timestamp,
    named: BTreeMap<CaseId, BasisId>,
    stays: BTreeSet<CaseId>,
}

/// How somebody of the family stands towards one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They can be offered on this legal basis.
    Goes(BasisId),
    /// They are offered already, with the family.
    Offered(TransferId),
    /// They are under another handover, which has to end first.
    UnderWayAlone(TransferId),
    /// No legal basis covers it today; what is wrong with the one that was recorded last, where there is one.
    NeedsBasis(Option<BasisProblem>),
    /// More than one covers it: somebody must say which.
    SeveralBases,
    /// They are protected: their basis must be named.
    ToBeNamed,
    /// The caseworker says that they do not move.
    Stays,
    /// This municipality stays the acting one (retssikkerhedsloven § 9): it was decided so.
    Kept,
    /// They live in neither municipality, by the last move that is known.
    LivesElsewhere,
}

/// Why nobody is offered: what was asked for cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeavingRefusal {
    /// A basis of none of them.
    #[error("nobody of the family has that legal basis")]
    NobodysBasis,
    /// A basis that does not carry it.
    #[error("a legal basis that was named does not carry the handover")]
    Basis(#[from] BasisProblem),
    /// Two bases of one person.
    #[error("two legal bases are named for one person")]
    TwoBases,
    /// Somebody who is said to stay is none of them.
    #[error("somebody who is said to stay is not of the family")]
    NotOfTheFamily,
    /// Somebody is said to stay, and to go.
    #[error("somebody is said to stay and has a legal basis named")]
    StaysAndGoes,
}

impl LeavingRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NobodysBasis => "NO_SUCH_BASIS",
            Self::Basis(problem) => problem.code(),
            Self::TwoBases => "TWO_BASES_NAMED",
            Self::NotOfTheFamily => "NOT_OF_THE_FAMILY",
            Self::StaysAndGoes => "STAYS_AND_GOES",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::NobodysBasis => {
                "Ingen i familien har det grundlag. Se grundlagene med `enplan basis list SAG`."
            }
            Self::Basis(problem) => problem.what_to_do(),
            Self::TwoBases => "Skriv kun ét grundlag for hver person.",
            Self::NotOfTheFamily => {
                "En af sagerne efter --stays hører ikke til familien. Se den med `enplan household show SAG`."
            }
            Self::StaysAndGoes => {
                "En person kan ikke både blive boende og have et grundlag nævnt. Vælg et af dem."
            }
        }
    }
}

impl Standing {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Goes(_) => "goes",
            Self::Offered(_) => "offered",
            Self::UnderWayAlone(_) => "under-way-alone",
            Self::NeedsBasis(_) => "needs-basis",
            Self::SeveralBases => "several-bases",
            Self::ToBeNamed => "to-be-named",
            Self::Stays => "stays",
            Self::Kept => "kept",
            Self::LivesElsewhere => "lives-elsewhere",
        }
    }

    /// Whether they belong to the move, and something must be done before they can go.
    pub fn waits(self) -> bool {
        matches!(self, Self::NeedsBasis(_) | Self::SeveralBases | Self::ToBeNamed)
    }

    /// What can be done, in Danish; nothing where nothing is to be done.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::Goes(_) | Self::Offered(_) | Self::Stays => "",
            Self::UnderWayAlone(_) => {
                "Planen er under en anden overdragelse. Afvent den, eller kald den tilbage først."
            }
            Self::NeedsBasis(Some(problem)) => problem.what_to_do(),
            Self::NeedsBasis(None) => "Registrer et grundlag for at sende netop denne plan til modtageren.",
            Self::SeveralBases => "Flere grundlag dækker. Skriv med --basis, hvilket der skal bruges.",
            Self::ToBeNamed => {
                "Personen er beskyttet og tilbydes kun på et grundlag, der er skrevet med --basis."
            }
            Self::Kept => {
                "Kommunen er fortsat handlekommune efter retssikkerhedsloven § 9. Skal planen med, så skriv \
                           grundlaget med --basis."
            }
            Self::LivesElsewhere => {
                "Bor et andet sted, så vidt det vides. Skal planen med, så skriv grundlaget med \
                                     --basis."
            }
        }
    }
}

impl Asked {
    /// What is asked for, where it can be meant: each basis is one of theirs and carries the handover now, and whoever stays
    /// is one of them. A basis of somebody who is under way already is theirs, and changes nothing.
    ///
    /// # Errors
    /// [`LeavingRefusal`]; then nobody is offered.
    pub fn new(
        candidates: &[Candidate<'_>],
        (me, to, now): (Kommunekode, Kommunekode, Timestamp),
        bases: &[BasisId],
        stays: BTreeSet<CaseId>,
    ) -> Result<Self, LeavingRefusal> {
        let mut named = BTreeMap::new();
        for id in bases {
            let whose = candidates.iter().find_map(|one| Some((one, one.plan.bases.get(id)?)));
            let (candidate, theirs) = whose.ok_or(LeavingRefusal::NobodysBasis)?;
            if candidate.under_way.is_none() {
                theirs.covers(candidate.handle, me, to, now)?;
            }
            if named.insert(candidate.case, *id).is_some_and(|other| other != *id) {
                return Err(LeavingRefusal::TwoBases);
            }
        }
        if !stays.iter().all(|case| candidates.iter().any(|one| one.case == *case)) {
            return Err(LeavingRefusal::NotOfTheFamily);
        }
        if stays.iter().any(|case| named.contains_key(case)) {
            return Err(LeavingRefusal::StaysAndGoes);
        }
        Ok(Self { me, to, now, named, stays })
    }

    /// How one of them stands.
    pub fn standing(&self, candidate: &Candidate<'_>) -> Standing {
        let Candidate { case, handle, plan, docket, under_way } = *candidate;
        match under_way {
            Some(UnderWay { transfer, together: true }) => return Standing::Offered(transfer),
            Some(UnderWay { transfer, together: false }) => return Standing::UnderWayAlone(transfer),
            None => {}
        }
        if self.stays.contains(&case) {
            return Standing::Stays;
        }
        if let Some(basis) = self.named.get(&case) {
            return Standing::Goes(*basis);
        }
        if plan.citizen.protected {
            // Before all that depends on the receiver: nothing of where they go is in this answer.
            return Standing::ToBeNamed;
        }
        if docket.kept(danish_day(self.now)).is_some() {
            return Standing::Kept;
        }
        let ours = [Place::Municipality(self.me), Place::Municipality(self.to)];
        let residence = docket.residence(danish_day(self.now));
        if residence.is_some_and(|residence| !ours.contains(&residence.place)) {
            return Standing::LivesElsewhere;
        }
        let problem = |basis: &LegalBasis| basis.covers(handle, self.me, self.to, self.now).err();
        let mut covering = plan.bases.values().filter(|basis| problem(basis).is_none());
        match (covering.next(), covering.next()) {
            (Some(basis), None) => Standing::Goes(basis.id()),
            (Some(_), Some(_)) => Standing::SeveralBases,
            (None, _) => {
                let last = plan.bases.values().max_by_key(|basis| basis.recorded().at);
                Standing::NeedsBasis(last.and_then(problem))
            }
        }
    }
}
