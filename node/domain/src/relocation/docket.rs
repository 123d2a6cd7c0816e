//! The moves that are known of one citizen, and what was decided of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Move, Place, RelocationRefusal};
use crate::catalogue;
use crate::{Context, Kommunekode, Narrative, RequestId, Stamp};

/// What is known of a citizen's moves in one case, in the order of their days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docket {
    relocations: Vec<Relocation>,
}

/// A move, and what became of it here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relocation {
    /// The move.
    pub moved: Move,
    /// When it was heard of here.
    pub heard_at: Timestamp,
    /// The municipality that asked for the plan, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// How it stands.
    pub standing: Standing,
}

/// A municipality's request for the plan of somebody who has moved there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Which request.
    pub request: RequestId,
    /// Who asks.
    pub by: Kommunekode,
    /// When it came.
    pub at: Timestamp,
    /// Why, in the asking caseworker's words.
    pub reason: Narrative,
    /// Whom to call there.
    pub contact: String,
}

/// How a move stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Standing {
    /// Somebody must decide what it means for the case.
    Waiting,
    /// It was decided, and stays so whatever else is heard.
    Decided(Decided),
    /// Nothing to decide: a later move is known, or it is a move to this municipality.
    Passed,
}

/// What was decided, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// What.
    pub decision: Decision,
    /// Who, and when.
    pub stamp: Stamp,
}

/// What a move means for the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// The plan is to be offered to the new municipality.
    HandOver,
    /// This municipality stays the acting one (handlekommune), by retssikkerhedsloven § 9.
    Keep {
        /// The reason's id in the catalogue.
        reason: String,
        /// What it rests on, in words.
        note: Narrative,
    },
    /// The new municipality is not in the network, or there is none: the plan is closed or goes on by other means.
    NotInTrial,
    /// What another municipality asked for is not offered to it.
    Decline {
        /// Why, in words. Stays here.
        note: Narrative,
    },
}

impl Decision {
    /// Its name, for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::HandOver => "hand_over",
            Self::Keep { .. } => "keep",
            Self::NotInTrial => "not_in_trial",
            Self::Decline { .. } => "decline",
        }
    }
}

/// What a docket did with a move that it was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taken {
    /// It is the citizen's last known move, and waits for a decision.
    Waits,
    /// It is the citizen's last known move, to this municipality.
    Home,
    /// It lies before another known move: kept in its place, and nothing is opened again.
    OutOfOrder,
    /// It was known.
    Duplicate,
}

/// Where a citizen lives, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residence {
    /// Where.
    pub place: Place,
    /// Since when.
    pub since: Date,
}

impl Docket {
    /// The moves, the earliest day first.
    pub fn relocations(&self) -> &[Relocation] {
        &self.relocations
    }

    /// The one that waits for a decision. There is never more than one: the last.
    pub fn waiting(&self) -> Option<&Relocation> {
        self.relocations.iter().find(|relocation| relocation.standing == Standing::Waiting)
    }

    /// The last known move.
    pub fn last(&self) -> Option<&Relocation> {
        self.relocations.last()
    }

    /// Where the citizen lives on a day; nothing where no move is known by then.
    pub fn residence(&self, day: Date) -> Option<Residence> {
        let last = self.relocations.iter().rfind(|relocation| relocation.moved.on <= day)?;
        Some(Residence { place: last.moved.to, since: last.moved.on })
    }

    /// Why this municipality stays the acting one although the citizen lives elsewhere: the decision on the last move.
    pub fn kept(&self) -> Option<(&str, &Narrative)> {
        match &self.last()?.standing {
            Standing::Decided(Decided { decision: Decision::Keep { reason, note }, .. }) => {
                Some((reason, note))
            }
            _ => None,
        }
    }

    /// Takes in a move. In whatever order moves come, the docket is the same; what was decided stays decided.
    ///
    /// # Errors
    /// [`RelocationRefusal::EventIdInUse`], where another move has its id.
    pub fn take_in(
        &mut self,
        moved: Move,
        me: Kommunekode,
        now: Timestamp,
    ) -> Result<Taken, RelocationRefusal> {
        if let Some(known) = self.relocations.iter().find(|known| known.moved.event == moved.event) {
            return if known.moved.says_the_same(&moved) {
                Ok(Taken::Duplicate)
            } else {
                Err(RelocationRefusal::EventIdInUse)
            };
        }
        if self.relocations.iter().any(|known| known.moved.says_the_same(&moved)) {
            return Ok(Taken::Duplicate);
        }
        // By day, and by id on the same day: no order of arrival is left in it.
        let place = self.relocations.partition_point(|known| known.moved < moved);
        let is_last = place == self.relocations.len();
        let goes_away = moved.to != Place::Municipality(me);
        let standing = if is_last && goes_away { Standing::Waiting } else { Standing::Passed };
        if is_last {
            for earlier in &mut self.relocations {
                if earlier.standing == Standing::Waiting {
                    earlier.standing = Standing::Passed;
                }
            }
        }
        self.relocations.insert(place, Relocation { moved, heard_at: now, asked: None, standing });
        Ok(match (is_last, goes_away) {
            (false, _) => Taken::OutOfOrder,
            (true, true) => Taken::Waits,
            (true, false) => Taken::Home,
        })
    }

    /// Takes in another municipality's request for the plan: at the move to there that is known, or as one more move. A
    /// move that was decided is not opened again.
    ///
    /// # Errors
    /// As [`Docket::take_in`].
    pub fn take_request(
        &mut self,
        moved: Move,
        asked: Asked,
        me: Kommunekode,
    ) -> Result<Taken, RelocationRefusal> {
        if self
            .relocations
            .iter()
            .any(|known| known.asked.as_ref().is_some_and(|a| a.request == asked.request))
        {
            return Ok(Taken::Duplicate);
        }
        let to = moved.to;
        let known = self.relocations.last_mut().filter(|last| last.moved.to == to);
        let (taken, at) = if let Some(last) = known {
            (Taken::Waits, Some(last))
        } else {
            let event = moved.event.clone();
            let taken = self.take_in(moved, me, asked.at)?;
            (taken, self.relocations.iter_mut().find(|known| known.moved.event == event))
        };
        if let Some(relocation) = at {
            relocation.asked = Some(asked);
        }
        Ok(taken)
    }

    /// Decides what the move that waits means for the case. `in_network` says whether a municipality is a member.
    ///
    /// # Errors
    /// [`RelocationRefusal`]; then nothing has changed.
    pub fn decide(
        &mut self,
        decision: Decision,
        context: &Context,
        in_network: impl Fn(Kommunekode) -> bool,
    ) -> Result<(), RelocationRefusal> {
        let waiting = self
            .relocations
            .iter_mut()
            .find(|relocation| relocation.standing == Standing::Waiting)
            .ok_or(RelocationRefusal::NothingToDecide)?;
        let taken_over = waiting.moved.to.municipality().is_some_and(in_network);
        match &decision {
            Decision::HandOver if !taken_over => return Err(RelocationRefusal::NotInTheNetwork),
            Decision::NotInTrial if taken_over => return Err(RelocationRefusal::InTheNetwork),
            Decision::Decline { .. } if waiting.asked.is_none() => {
                return Err(RelocationRefusal::NobodyAsked);
            }
            Decision::Keep { reason, .. } if catalogue::keep_reason(reason, context.today()).is_none() => {
                return Err(RelocationRefusal::UnknownReason);
            }
            Decision::Keep { note, .. } | Decision::Decline { note } if note.is_empty() => {
                return Err(RelocationRefusal::NoteMissing);
            }
            _ => {}
        }
        waiting.standing = Standing::Decided(Decided { decision, stamp: context.stamp() });
        Ok(())
    }
}
