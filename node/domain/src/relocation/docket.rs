//! The moves that are known of one citizen, and what was decided of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{EventId, Move, Place, RelocationRefusal};
use crate::{Context, Kommunekode, Narrative, RequestId, Stamp, catalogue, danish_day};

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
    /// Who took it back, where it never was. What was decided of it is kept, and counts for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Stamp>,
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
    /// What it was answered by: a decision made after it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Decided>,
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

impl Relocation {
    /// Whether it counts: nobody took it back.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none()
    }

    /// Whether the municipality that the citizen moved to has asked for the plan, and nobody has decided on it since.
    pub fn is_asked_for(&self) -> bool {
        let Some(asked) = self.asked.as_ref().filter(|asked| asked.answered.is_none()) else { return false };
        let is_decided_since = match &self.standing {
            Standing::Decided(decided) => decided.stamp.at >= asked.at,
            Standing::Waiting | Standing::Passed => false,
        };
        self.is_live() && !is_decided_since
    }
}

impl Docket {
    /// The moves, the earliest day first.
    pub fn relocations(&self) -> &[Relocation] {
        &self.relocations
    }

    /// The one that waits for a decision. There is never more than one: the last.
    pub fn waiting(&self) -> Option<&Relocation> {
        self.relocations.iter().find(|one| one.is_live() && one.standing == Standing::Waiting)
    }

    /// Whether somebody must decide something: what the last move means, or what to answer a municipality that asks.
    pub fn is_waiting(&self) -> bool {
        self.waiting().is_some() || self.relocations.iter().any(Relocation::is_asked_for)
    }

    /// The last known move.
    pub fn last(&self) -> Option<&Relocation> {
        self.relocations.iter().rfind(|relocation| relocation.is_live())
    }

    /// The last known move by a day.
    fn last_by(&self, day: Date) -> Option<&Relocation> {
        self.relocations.iter().rfind(|relocation| relocation.is_live() && relocation.moved.on <= day)
    }

    /// Where the citizen lives on a day; nothing where no move is known by then.
    pub fn residence(&self, day: Date) -> Option<Residence> {
        let last = self.last_by(day)?;
        Some(Residence { place: last.moved.to, since: last.moved.on })
    }

    /// Why this municipality is the acting one on a day although the citizen lives elsewhere: the decision, by then, on the
    /// last move by then.
    pub fn kept(&self, day: Date) -> Option<(&str, &Narrative)> {
        match &self.last_by(day)?.standing {
            Standing::Decided(Decided { decision: Decision::Keep { reason, note }, stamp })
                if danish_day(stamp.at) <= day =>
            {
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
        if self.standing_of(&moved).is_some() {
            return Ok(Taken::Duplicate);
        }
        let event = moved.event.clone();
        let goes_away = moved.to != Place::Municipality(me);
        let standing = Standing::Passed;
        self.relocations.push(Relocation { moved, heard_at: now, asked: None, standing, withdrawn: None });
        self.settle(me);
        let is_last = self.last().is_some_and(|last| last.moved.event == event);
        Ok(match (is_last, goes_away) {
            (false, _) => Taken::OutOfOrder,
            (true, true) => Taken::Waits,
            (true, false) => Taken::Home,
        })
    }

    /// Where a move stands that is known, under whatever id.
    fn standing_of(&self, moved: &Move) -> Option<usize> {
        self.relocations.iter().position(|known| known.is_live() && known.moved.says_the_same(moved))
    }

    /// Puts the moves in order, and lets the last wait where it goes away and nobody has decided on it. Nothing is left in it
    /// of the order in which they came.
    fn settle(&mut self, me: Kommunekode) {
        let here = Place::Municipality(me);
        let mut told = std::mem::take(&mut self.relocations);
        told.sort_by(|Relocation { moved: one, .. }, Relocation { moved: other, .. }| {
            one.on.cmp(&other.on).then_with(|| one.event.told_before(&other.event))
        });
        let mut told = told.into_iter().peekable();
        while let Some(first) = told.next() {
            let day = first.moved.on;
            let mut of_day = vec![first];
            of_day.extend(std::iter::from_fn(|| told.next_if(|next| next.moved.on == day)));
            let mut at = None;
            while !of_day.is_empty() {
                let next = of_day.remove(next_of_day(&of_day, at));
                if next.is_live() {
                    at = Some(next.moved.to);
                }
                self.relocations.push(next);
            }
        }
        let last = self.relocations.iter().rposition(Relocation::is_live);
        for (n, relocation) in self.relocations.iter_mut().enumerate() {
            if !matches!(relocation.standing, Standing::Decided(_)) {
                let waits = last == Some(n) && relocation.moved.to != here;
                relocation.standing = if waits { Standing::Waiting } else { Standing::Passed };
            }
        }
    }

    /// Takes a move back that never was, whoever told of it. The one before it waits again, if nobody has decided on it.
    ///
    /// # Errors
    /// [`RelocationRefusal::NoSuchMove`].
    pub fn withdraw(&mut self, event: &EventId, context: &Context) -> Result<(), RelocationRefusal> {
        let stands = |known: &&mut Relocation| known.is_live() && known.moved.event == *event;
        let known = self.relocations.iter_mut().find(stands).ok_or(RelocationRefusal::NoSuchMove)?;
        known.withdrawn = Some(context.stamp());
        self.settle(context.municipality);
        Ok(())
    }

    /// The plan has come back here, and the citizen with it: moves meanwhile were told to others. A request from before was
    /// answered by the plan leaving. Adds no move where none is known, or the last is to here.
    ///
    /// # Errors
    /// As [`Docket::take_in`].
    pub fn come_back(&mut self, moved: Move, context: &Context) -> Result<(), RelocationRefusal> {
        let me = context.municipality;
        if self.last().is_some_and(|last| last.moved.to != Place::Municipality(me)) {
            self.take_in(moved, me, context.now)?;
        }
        for asked in self.relocations.iter_mut().filter_map(|one| one.asked.as_mut()) {
            let handed_over = || Decided { decision: Decision::HandOver, stamp: context.stamp() };
            asked.answered.get_or_insert_with(handed_over);
        }
        Ok(())
    }

    /// Takes in another municipality's request for the plan: at the move to there that is known, or as one more move. It
    /// waits for an answer whatever else is known; a move that was decided is not opened again.
    ///
    /// # Errors
    /// As [`Docket::take_in`].
    pub fn take_request(
        &mut self,
        moved: &Move,
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
        if self.last().is_none_or(|last| last.moved.to != moved.to) {
            self.take_in(moved.clone(), me, asked.at)?;
        }
        let last = self.relocations.iter().rposition(Relocation::is_live);
        let to_there = last.filter(|last| self.relocations[*last].moved.to == moved.to);
        if let Some(at) = to_there.or_else(|| self.standing_of(moved)) {
            self.relocations[at].asked = Some(asked);
        }
        Ok(Taken::Waits)
    }

    /// Decides what the move that waits means for the case; where none does, what to answer a municipality that asks.
    /// `in_network` says whether a municipality is a member.
    ///
    /// # Errors
    /// [`RelocationRefusal`]; then nothing has changed.
    pub fn decide(
        &mut self,
        decision: Decision,
        context: &Context,
        in_network: impl Fn(Kommunekode) -> bool,
    ) -> Result<(), RelocationRefusal> {
        let is_asked_for = self.relocations.iter().any(Relocation::is_asked_for);
        let about = self
            .relocations
            .iter_mut()
            .rfind(|one| one.is_asked_for() || (one.is_live() && one.standing == Standing::Waiting))
            .ok_or(RelocationRefusal::NothingToDecide)?;
        let to = about.moved.to;
        let taken_over = to.municipality().is_some_and(in_network);
        match &decision {
            Decision::HandOver if !taken_over => return Err(RelocationRefusal::NotInTheNetwork),
            Decision::NotInTrial if taken_over => return Err(RelocationRefusal::InTheNetwork),
            Decision::Decline { .. } if !is_asked_for => return Err(RelocationRefusal::NobodyAsked),
            Decision::Keep { reason, .. } if catalogue::keep_reason(reason, context.today()).is_none() => {
                return Err(RelocationRefusal::UnknownReason);
            }
            Decision::Keep { note, .. } | Decision::Decline { note } if note.is_empty() => {
                return Err(RelocationRefusal::NoteMissing);
            }
            _ => {}
        }
        let decided = Decided { decision, stamp: context.stamp() };
        // What one municipality is refused is no decision on a move to another.
        let is_decline = matches!(decided.decision, Decision::Decline { .. });
        if about.standing == Standing::Waiting && (!is_decline || about.is_asked_for()) {
            about.standing = Standing::Decided(decided.clone());
        }
        for one in &mut self.relocations {
            let is_answer = match decided.decision {
                Decision::HandOver => one.moved.to == to,
                Decision::Keep { .. } | Decision::Decline { .. } => true,
                Decision::NotInTrial => false,
            };
            if let Some(asked) = one.asked.as_mut().filter(|asked| is_answer && asked.answered.is_none()) {
                asked.answered = Some(decided.clone());
            }
        }
        Ok(())
    }
}

/// Which of a day's moves comes next for somebody whom the day has brought to a place: one from there; else one that begins
/// where none of the others ends; else the one that was told of first. What was taken back is on nobody's way. The days
/// before don't count, or an older move could turn the last day around, and open what was decided.
fn next_of_day(of_day: &[Relocation], at: Option<Place>) -> usize {
    let place = |is_next: &dyn Fn(&Relocation) -> bool| of_day.iter().position(is_next);
    let ends = |at: Place| of_day.iter().any(|one| one.moved.to == at);
    place(&|one| !one.is_live())
        .or_else(|| place(&|one| Some(one.moved.from) == at))
        .or_else(|| place(&|one| !ends(one.moved.from)))
        .unwrap_or(0)
}
