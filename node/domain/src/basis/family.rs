//! Whose a consent is to give, held against the family that the plan records.
//!
//! Age decides it by itself ([`WhoConsents`]). Where the plan records anything of the family, a consent on the citizen's
//! behalf must besides be that of somebody whom it records; where it records nothing, there is nothing to hold it against.

use jiff::civil::Date;

use super::{BasisDraft, BasisRefusal, ConsentGiver, Ground, WhoConsents};
use crate::catalogue::{self, Provision};
use crate::plan::{Custody, ItemKind, Kinship, Plan};

/// Who consents for a citizen by one provision on one day, by age and by the relations recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say {
    /// By age.
    pub who: WhoConsents,
    /// How many hold custody by the plan.
    pub holders: usize,
    /// Whether all who share custody give it together.
    pub all_holders: bool,
    /// Whether the citizen is a child who is party to the case by age, and so is heard.
    pub to_be_heard: bool,
    /// The last time that the child was heard as a party, and not too long ago to say what they think now.
    pub heard_on: Option<Date>,
}

impl Plan {
    /// Who consents for the citizen by this provision on a day.
    pub fn say_on(&self, provision: &Provision, day: Date) -> Say {
        let age = self.citizen.cpr.age_on(day);
        let custody = self.custody_on(day);
        let shared = custody.iter().any(|(_, custody)| *custody == Custody::Shared);
        let became_party = self.citizen.cpr.birthday(provision.ages.party);
        let counts = |held: &Date| {
            (became_party..=day).contains(held) && day <= catalogue::terms::HEARING.last_day(*held)
        };
        let hearings = self.items_of(ItemKind::Hearing).filter_map(|hearing| hearing.starts);
        Say {
            who: WhoConsents::at(age, provision.ages),
            holders: custody.len(),
            all_holders: shared && catalogue::all_holders_consent(provision.id, day),
            to_be_heard: (provision.ages.party..provision.ages.of_age).contains(&age),
            heard_on: hearings.map(crate::plan::When::day).filter(counts).max(),
        }
    }
}

impl BasisDraft {
    /// Refuses a consent on the citizen's behalf that the family recorded in the plan does not bear out.
    pub(crate) fn check_family(&self, plan: &Plan, today: Date) -> Result<(), BasisRefusal> {
        let Ground::Consent { given_by, .. } = &self.ground else { return Ok(()) };
        if !plan.knows_family() {
            return Ok(());
        }
        let provision = catalogue::provision(&self.provision, today).ok_or(BasisRefusal::UnknownProvision)?;
        let say = plan.say_on(provision, today);
        match given_by {
            ConsentGiver::Citizen | ConsentGiver::YoungPerson => Ok(()),
            ConsentGiver::Guardian => {
                let guarded = plan.relations_on(today).any(|(_, other)| other.kinship == Kinship::Guardian);
                if guarded { Ok(()) } else { Err(BasisRefusal::NoGuardianRecorded) }
            }
            ConsentGiver::CustodyHolder | ConsentGiver::CustodyHolders if say.holders == 0 => {
                Err(BasisRefusal::NoCustodyRecorded)
            }
            ConsentGiver::CustodyHolder if say.all_holders => Err(BasisRefusal::AllHoldersNeeded),
            ConsentGiver::CustodyHolder | ConsentGiver::CustodyHolders => {
                if say.to_be_heard && say.heard_on.is_none() {
                    Err(BasisRefusal::ChildNotHeard)
                } else {
                    Ok(())
                }
            }
        }
    }
}
